//! The names of functions as their authors wrote them.

/// Demangles a name of Rust or C++; any other stays as it is.
pub fn demangled(name: &str) -> String {
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        // Without the hash.
        return format!("{rust:#}");
    }
    let cpp = name.starts_with("_Z").then(|| cpp_demangle::Symbol::new(name).ok()).flatten();
    cpp.and_then(|symbol| symbol.demangle().ok()).unwrap_or_else(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_demangled_and_foreign_ones_are_left_alone() {
        let names = [
            ("_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"),
            ("_RNvC6_123foo3bar", "123foo::bar"),
            ("_ZN2js13RunJobsInLoopEP9JSContext", "js::RunJobsInLoop(JSContext*)"),
            ("runtime.alloc", "runtime.alloc"),
            ("_Zebra", "_Zebra"),
            ("", ""),
        ];
        for (mangled, name) in names {
            assert_eq!(demangled(mangled), name);
        }
    }
}
