//! Which compiler builds the guests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{TARGET, rerun};

/// Forces the compiler: `rustup` or `debian`.
const CHOICE: &str = "POLLBENCH_GUEST_TOOLCHAIN";

const MISSING: &str = "the guests need the compiler target wasm32-unknown-unknown: run ci/setup";

/// A compiler that can build the guests.
pub struct Toolchain {
    pub compiler: PathBuf,
    /// As `rustc --version` says it.
    pub version: String,
    /// Set when the standard library has to be built from source too.
    pub linker: Option<PathBuf>,
}

impl Toolchain {
    /// Takes the compiler of the outer build when it has the target, and
    /// Debian's otherwise.
    pub fn choose(outer: &Path) -> Result<Self, String> {
        println!("cargo::rerun-if-env-changed={CHOICE}");
        println!("cargo::rerun-if-env-changed=RUSTC");
        match env::var(CHOICE).unwrap_or_default().as_str() {
            "rustup" => Self::with_target(outer).ok_or_else(|| MISSING.into()),
            "debian" => Self::debian(outer),
            "" => Self::with_target(outer)
                .map_or_else(|| Self::debian(outer), Ok)
                .map_err(|_| MISSING.into()),
            other => Err(format!("{CHOICE} is `{other}`: set it to rustup or debian, or unset it")),
        }
    }

    fn with_target(compiler: &Path) -> Option<Self> {
        // `rustup target add` and `remove` write this file.
        rerun::changed(&sysroot(compiler)?.join("lib/rustlib/components"));

        let libraries = ask(compiler, &["--print", "target-libdir", "--target", TARGET])?;
        let has_core = fs::read_dir(libraries).ok()?.flatten().any(|library| {
            let name = library.file_name();
            name.to_string_lossy().starts_with("libcore-")
        });
        has_core.then_some(())?;
        Some(Self {
            compiler: compiler.into(),
            version: ask(compiler, &["--version"])?,
            linker: None,
        })
    }

    /// Debian's compiler has no such target, but its library source can be
    /// built for it. The two must be of one version.
    fn debian(outer: &Path) -> Result<Self, String> {
        let compiler = Path::new("/usr/bin/rustc");
        let hint = format!("run {CHOICE}=debian ci/setup");

        let facts = ask(compiler, &["-vV"]).ok_or_else(|| {
            format!("Debian's compiler {} is missing: {hint}", compiler.display())
        })?;
        rerun::changed(compiler);
        let release = fact(&facts, "release");
        let source = Path::new("/usr/lib/rustlib/src/rust/src/version");
        rerun::changed(source);
        let source_release = fs::read_to_string(source).unwrap_or_default();
        if source_release.trim() != release {
            let found = match source_release.trim() {
                "" => "missing".into(),
                other => format!("of version {other}"),
            };
            return Err(format!(
                "the library source for {} {release} is {found}: {hint}",
                compiler.display()
            ));
        }

        let llvm = fact(&facts, "LLVM version").split('.').next().unwrap_or_default();
        let linker = rust_lld(outer)
            .or_else(|| on_path(&format!("wasm-ld-{llvm}")))
            .or_else(|| on_path("wasm-ld"))
            .ok_or_else(|| format!("no rust-lld and no wasm-ld to link the guests with: {hint}"))?;
        Ok(Self {
            compiler: compiler.into(),
            version: facts.lines().next().unwrap_or_default().into(),
            linker: Some(linker),
        })
    }
}

/// The linker that comes with the compilers of rustup.
fn rust_lld(compiler: &Path) -> Option<PathBuf> {
    let facts = ask(compiler, &["-vV"])?;
    let host = fact(&facts, "host");
    let linker = sysroot(compiler)?.join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.exists().then_some(linker)
}

fn sysroot(compiler: &Path) -> Option<PathBuf> {
    ask(compiler, &["--print", "sysroot"]).map(PathBuf::from)
}

/// What the compiler prints, or nothing when it can't be run or refuses.
fn ask(compiler: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(compiler).args(arguments).output().ok()?;
    output.status.success().then_some(())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().into())
}

/// A line of `rustc -vV`.
fn fact<'a>(facts: &'a str, name: &str) -> &'a str {
    facts.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|program| program.exists())
}
