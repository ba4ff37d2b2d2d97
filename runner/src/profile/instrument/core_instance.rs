use std::collections::BTreeMap;

use wasmparser::{ExternalKind, Instance, InstantiationArgKind};

/// A core instance.
#[derive(Debug)]
pub enum CoreInstance {
    /// Of a module, with instances by name.
    Module { module: u32, arguments: BTreeMap<String, u32> },
    /// Made from functions by name.
    Functions(BTreeMap<String, u32>),
}

impl CoreInstance {
    /// The instance that a component defines.
    pub fn of(instance: Instance<'_>) -> Self {
        match instance {
            Instance::Instantiate { module_index, args } => Self::Module {
                module: module_index,
                arguments: args
                    .iter()
                    .map(|it| match it.kind {
                        InstantiationArgKind::Instance => (it.name.to_string(), it.index),
                    })
                    .collect(),
            },
            Instance::FromExports(exports) => Self::Functions(
                exports
                    .iter()
                    .filter(|it| matches!(it.kind, ExternalKind::Func | ExternalKind::FuncExact))
                    .map(|it| (it.name.to_string(), it.index))
                    .collect(),
            ),
        }
    }
}
