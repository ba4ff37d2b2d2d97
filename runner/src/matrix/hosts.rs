use super::InputError;
use crate::engine::Host;

/// The hosts of some names, or of `all`, each once, the usual one first.
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

/// The same for what is counted, which a real host is not good for. Of `all`, they are
/// left out.
pub fn counting_hosts_named(names: &[String]) -> Result<Vec<Host>, InputError> {
    let is_real = |host: &Host| host.runtime().is_some();
    let hosts = hosts_named(names)?;
    let asked = |host: &&Host| is_real(host) && names.iter().any(|name| name == host.name());
    if let Some(host) = hosts.iter().find(asked) {
        return Err(InputError::NotCounted { host: host.name().into() });
    }
    Ok(hosts.into_iter().filter(|host| !is_real(host)).collect())
}
