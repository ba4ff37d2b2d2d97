use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use pollbench_reports::names::one_of;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder};

use super::error::CommandError;

/// What a component is run with, and what it can reach. Its standard streams are those of
/// this process.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The arguments, of which the first is the component's name.
    pub arguments: Vec<String>,
    /// The variables of its environment.
    pub environment: Vec<Variable>,
    /// The directories that it can use.
    pub directories: Vec<Directory>,
    /// What it can reach of the network.
    pub network: Network,
}

/// A variable of the environment: `NAME=VALUE`, or `NAME` for the value that it has here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    name: String,
    value: Option<String>,
}

/// A directory, and the component's name for it: `HOST_DIR`, or `HOST_DIR::GUEST_DIR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    host: PathBuf,
    guest: String,
}

/// What a component can reach of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Nothing.
    #[default]
    None,
    /// Addresses of this machine that no other can reach. Names are not looked up, but for
    /// `localhost` in a request of `wasi:http`.
    Loopback,
    /// Everything that this process can.
    All,
}

impl Surroundings {
    /// The context for wasmtime-wasi.
    ///
    /// # Errors
    ///
    /// If a directory can't be opened.
    pub fn context(&self) -> Result<WasiCtx, CommandError> {
        let mut builder = WasiCtx::builder();
        builder.inherit_stdio().args(&self.arguments);
        for Variable { name, value } in &self.environment {
            let inherited = || std::env::var_os(name).map(OsString::into_string)?.ok();
            if let Some(value) = value.clone().or_else(inherited) {
                builder.env(name, value);
            }
        }
        for Directory { host, guest } in &self.directories {
            builder.preopened_dir(host, guest, FsPerms::ReadWrite).map_err(|error| {
                CommandError::Directory { path: host.clone(), reason: error.to_string() }
            })?;
        }
        self.network.allow(&mut builder);
        Ok(builder.build())
    }
}

impl Network {
    /// All of them, the one that allows least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Loopback, Self::All];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Loopback => "loopback",
            Self::All => "all",
        }
    }

    /// Whether a request of `wasi:http` may be sent to this host.
    pub fn allows_host(self, host: &str) -> bool {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_loopback = address.is_ok_and(|it| it.to_canonical().is_loopback());
        match self {
            Self::None => false,
            Self::Loopback => is_loopback || host.eq_ignore_ascii_case("localhost"),
            Self::All => true,
        }
    }

    fn allow(self, builder: &mut WasiCtxBuilder) {
        let is_allowed = self != Self::None;
        builder.allow_tcp(is_allowed).allow_udp(is_allowed);
        builder.allow_ip_name_lookup(self == Self::All);
        match self {
            Self::None => {}
            Self::Loopback => {
                builder.socket_addr_check(|address, reason| {
                    use wasmtime_wasi::sockets::SocketAddrUse::{TcpBind, UdpBind};
                    // The system binds a socket that connects to any address of its own.
                    let is_own = matches!(reason, TcpBind | UdpBind)
                        && address.ip().is_unspecified()
                        && address.port() == 0;
                    let is_allowed = is_own || address.ip().to_canonical().is_loopback();
                    Box::pin(async move { is_allowed })
                });
            }
            Self::All => {
                builder.inherit_network();
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        one_of("network", Self::ALL, Self::name, name)
    }
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (text, None),
        };
        match name {
            "" => Err("expected NAME=VALUE, or NAME".into()),
            name => Ok(Self { name: name.into(), value }),
        }
    }
}

impl FromStr for Directory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, guest) = text.split_once("::").unwrap_or((text, text));
        if host.is_empty() || guest.is_empty() {
            return Err("expected HOST_DIR, or HOST_DIR::GUEST_DIR".into());
        }
        Ok(Self { host: host.into(), guest: guest.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_directories_are_named_as_wasmtime_has_it() {
        let variable = |text: &str| text.parse::<Variable>().ok();
        let of = |name: &str, value: Option<&str>| {
            Some(Variable { name: name.into(), value: value.map(Into::into) })
        };
        assert_eq!(variable("A=b=c"), of("A", Some("b=c")));
        assert_eq!(variable("A="), of("A", Some("")));
        assert_eq!(variable("A"), of("A", None));
        assert_eq!(variable("=b"), None);
        let directory = |text: &str| text.parse::<Directory>().ok();
        let of =
            |host: &str, guest: &str| Some(Directory { host: host.into(), guest: guest.into() });
        assert_eq!(directory("a/b"), of("a/b", "a/b"));
        assert_eq!(directory("a/b::/c"), of("a/b", "/c"));
        assert_eq!(directory("::/c"), None);
        assert_eq!(directory(""), None);
    }

    #[test]
    fn requests_go_where_the_network_lets_them() {
        let reached = |host: &str| Network::ALL.map(|it| it.allows_host(host));
        for own in ["127.0.0.1", "127.8.8.8", "[::1]", "localhost", "[::ffff:127.0.0.1]"] {
            assert_eq!(reached(own), [false, true, true], "{own}");
        }
        for other in ["10.0.0.1", "[::2]", "localhost.example", "127.0.0.1.example", ""] {
            assert_eq!(reached(other), [false, false, true], "{other}");
        }
    }
}
