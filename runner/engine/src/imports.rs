use std::collections::BTreeMap;
use std::fmt;

use wasmtime::component::Component;

/// The interfaces a component imports, by package; versions are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports(BTreeMap<String, Vec<String>>);

impl Imports {
    /// The imports of a component.
    pub fn of(component: &Component) -> Self {
        let ty = component.component_type();
        ty.imports(component.engine()).map(|(name, _)| name).collect()
    }
}

impl<'a> FromIterator<&'a str> for Imports {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut packages = BTreeMap::<String, Vec<String>>::new();
        for name in names {
            let name = name.split('@').next().unwrap_or(name);
            let (package, interface) = match name.rsplit_once('/') {
                Some((package, interface)) => (package, Some(interface.to_string())),
                None => (name, None),
            };
            packages.entry(package.into()).or_default().extend(interface);
        }
        packages.values_mut().for_each(|interfaces| interfaces.sort());
        Self(packages)
    }
}

impl fmt::Display for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let package = |(package, interfaces): (&String, &Vec<String>)| match &interfaces[..] {
            [] => package.clone(),
            interfaces => format!("{package} ({})", interfaces.join(", ")),
        };
        match self.0.iter().map(package).collect::<Vec<String>>() {
            packages if packages.is_empty() => f.write_str("nothing"),
            packages => f.write_str(&packages.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_listed_as_packages_with_their_interfaces() {
        let imports: Imports =
            ["wasi:io/streams@0.2.3", "pollbench:bench/driver@0.2.0", "wasi:io/poll@0.2.0", "odd"]
                .into_iter()
                .collect();
        assert_eq!(imports.to_string(), "odd, pollbench:bench (driver), wasi:io (poll, streams)");
        assert_eq!(Imports::default().to_string(), "nothing");
    }
}
