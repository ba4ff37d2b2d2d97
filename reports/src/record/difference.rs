use std::fmt;

use super::{Environment, Host};

/// In what two environments differ, so that times of the one are not to be mixed with
/// those of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is different.
    pub what: String,
    /// What it is here.
    pub here: String,
    /// What it is there.
    pub there: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {:?} here and {:?} there", self.what, self.here, self.there)
    }
}

impl Environment {
    /// The first thing that tells it from another: versions, the machine, the clock,
    /// the settings of a host both have, the bytes of a guest both have. Not the load,
    /// and not what goes with the moment.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        let plain = |it: &Self| {
            let governor = it.cpu.governor.clone();
            [
                ("the version of pollbench", it.pollbench.clone()),
                ("pollbench's compiler", it.compiler.clone()),
                ("the processor", it.cpu.model.clone()),
                ("the number of cores", it.cpu.cores.to_string()),
                ("the frequency governor", governor.unwrap_or_else(|| "unknown".into())),
                ("the kernel", it.kernel.clone()),
                ("the clock", it.clock.source.clone()),
            ]
        };
        let mut pairs = plain(self).into_iter().zip(plain(other));
        pairs
            .find_map(|((what, here), (_, there))| Difference::between(what, here, there))
            .or_else(|| self.host_difference(other))
            .or_else(|| self.guest_difference(other))
    }

    fn host_difference(&self, other: &Self) -> Option<Difference> {
        self.hosts.iter().find_map(|(name, here)| here.difference(name, other.hosts.get(name)?))
    }

    /// The first guest that is another component there.
    pub fn guest_difference(&self, other: &Self) -> Option<Difference> {
        self.guests.iter().find_map(|here| {
            let there = other.guests.iter().find(|there| there.name == here.name)?;
            let what = format!("the SHA-256 of guest {:?}", here.name);
            Difference::between(&what, here.sha256.clone(), there.sha256.clone())
        })
    }
}

impl Host {
    fn difference(&self, name: &str, other: &Self) -> Option<Difference> {
        let engine = Difference::between(
            &format!("the engine of host {name}"),
            self.engine.clone(),
            other.engine.clone(),
        );
        let names = self.settings.keys().chain(other.settings.keys());
        engine.or_else(|| {
            names.into_iter().find_map(|setting| {
                let value =
                    |host: &Self| host.settings.get(setting).map_or("not set", |it| it).to_string();
                let what = format!("{setting:?} of host {name}");
                Difference::between(&what, value(self), value(other))
            })
        })
    }
}

impl Difference {
    fn between(what: &str, here: String, there: String) -> Option<Self> {
        (here != there).then(|| Self { what: what.into(), here, there })
    }
}
