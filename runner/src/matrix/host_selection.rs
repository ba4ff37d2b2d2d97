use super::InputError;
use crate::engine::Host;

/// The hosts with these names, or every host for `all`. Each is there once, the stock host
/// first.
pub fn hosts_named(names: &[String]) -> Result<Vec<Host>, InputError> {
    let has = |host: &Host, name: &String| name == "all" || name == host.name();
    let unknown = |name: &&String| !Host::ALL.iter().any(|host| has(host, name));
    if let Some(name) = names.iter().find(unknown) {
        let known = Host::ALL.map(|host| host.name().into()).into();
        return Err(InputError::Unknown { what: "host", name: name.clone(), known });
    }
    let wanted = |host: &Host| names.iter().any(|name| has(host, name));
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
