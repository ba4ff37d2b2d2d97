use super::InputError;
use crate::engine::Host;

/// The host with this name.
pub fn host_named(name: &str) -> Result<Host, InputError> {
    let unknown = || {
        let known = Host::ALL.map(|host| host.name().into()).into();
        InputError::Unknown { what: "host", name: name.into(), known }
    };
    Host::ALL.into_iter().find(|host| host.name() == name).ok_or_else(unknown)
}

/// The hosts with these names, or every host for `all`. Each is there once, the stock host
/// first.
pub fn hosts_named(names: &[String]) -> Result<Vec<Host>, InputError> {
    let is_all = |name: &&String| *name == "all";
    let one: Vec<Host> = names
        .iter()
        .filter(|it| !is_all(it))
        .map(|name| host_named(name))
        .collect::<Result<_, _>>()?;
    let wanted = |host: &Host| names.iter().any(|it| is_all(&it)) || one.contains(host);
    Ok(Host::ALL.into_iter().filter(wanted).collect())
}

/// As [`hosts_named`], but for counting: a real host can't be named, because its counts
/// differ from run to run, and `all` leaves real hosts out.
pub fn counting_hosts_named(names: &[String]) -> Result<Vec<Host>, InputError> {
    let is_real = |host: &Host| host.runtime().is_some();
    let hosts = hosts_named(names)?;
    let asked = |host: &&Host| is_real(host) && names.iter().any(|name| name == host.name());
    if let Some(host) = hosts.iter().find(asked) {
        return Err(InputError::NotCounted { host: host.name().into() });
    }
    Ok(hosts.into_iter().filter(|host| !is_real(host)).collect())
}
