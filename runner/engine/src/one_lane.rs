use pollbench_reports::record;

use super::code_cache;
use super::compiled_guest::CompiledGuest;
use super::configuration::Configuration;
use super::contract;
use super::description::Description;
use super::error::LoadError;
use super::imports::Imports;
use super::run::Lane;
use super::source::Source;

/// A guest compiled for one lane, with what it says of itself.
pub struct OneLane {
    /// The compiled code.
    pub program: CompiledGuest,
    /// What the guest says of itself.
    pub description: Description,
    /// Where it comes from and what it was made with.
    pub record: record::Guest,
}

impl OneLane {
    /// Loads, checks and compiles a guest for a lane, and asks it to describe itself. Only
    /// in the counted lane is a guest interrupted that never answers.
    pub fn load(
        source: &Source,
        configuration: &Configuration,
        lane: Lane,
    ) -> Result<Self, LoadError> {
        let (label, bytes) = source.read()?;
        Self::of(source, &label, &bytes, configuration, lane)
    }

    /// The interfaces that the guest imports.
    pub fn imports(&self) -> Imports {
        Imports::of(self.program.component())
    }

    /// As [`OneLane::load`], for a component that has been read.
    pub(super) fn of(
        source: &Source,
        label: &str,
        bytes: &[u8],
        configuration: &Configuration,
        lane: Lane,
    ) -> Result<Self, LoadError> {
        let not_a_guest = |reason| LoadError::NotAGuest { guest: label.into(), reason };
        contract::check_header(bytes, contract::EXPECTED).map_err(not_a_guest)?;
        code_cache::announce(configuration.engine(lane), label, bytes, code_cache::purpose(lane));
        let program = CompiledGuest::compile(bytes, configuration, lane).map_err(not_a_guest)?;
        let description = program.describe(label)?;
        let record = source.record(&description, program.interface(), bytes);
        Ok(Self { program, description, record })
    }
}
