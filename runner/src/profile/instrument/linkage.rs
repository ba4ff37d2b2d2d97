use std::collections::BTreeSet;

use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExternalKind, ComponentInstance,
    ComponentOuterAliasKind, ExternalKind, Parser, Payload, Result,
};

use super::core_instance::CoreInstance;

/// How the core modules of the outermost component are linked to each other and to the host.
/// Modules are named by their indices, unless it is said otherwise.
#[derive(Debug, Default)]
pub struct Linkage<'a> {
    /// For each module its place among all in the component's bytes, nested ones included;
    /// `None` for a module that is not defined in the outermost component.
    pub places: Vec<Option<usize>>,
    /// The bytes of all modules, in their order.
    pub modules: Vec<&'a [u8]>,
    /// The modules that are used for more than being instantiated here.
    pub escaping: BTreeSet<u32>,
    instances: Vec<CoreInstance>,
    functions: Vec<CoreFunction>,
    component_functions: Vec<Option<String>>,
    component_instances: Vec<Option<String>>,
    /// The functions that the canonical ABI calls where the host must not be called.
    quiet: Vec<u32>,
}

/// A core function.
#[derive(Debug)]
enum CoreFunction {
    /// Of the host or the engine: what it is called.
    Host(String),
    /// What a core instance exports.
    Export { instance: u32, name: String },
}

/// What a function is, once all exports and imports have been followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Of the host or the engine.
    Host(String),
    /// An export of a module.
    Module(u32, String),
}

impl<'a> Linkage<'a> {
    /// Reads a component.
    pub fn of(component: &'a [u8]) -> Result<Self> {
        let mut linkage = Self::default();
        // The components around what is read, and whether it is in a module.
        let (mut depth, mut in_module) = (0, false);
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::ModuleSection { unchecked_range, .. } => {
                    let place = linkage.modules.len();
                    linkage.modules.push(&component[unchecked_range]);
                    if depth == 0 {
                        linkage.places.push(Some(place));
                    }
                    in_module = true;
                }
                Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) if in_module => in_module = false,
                Payload::End(_) => depth = u32::saturating_sub(depth, 1),
                Payload::ComponentAliasSection(section) if depth > 0 => {
                    for alias in section {
                        linkage.nested_alias(alias?, depth);
                    }
                }
                payload if depth == 0 && !in_module => linkage.read(payload)?,
                _ => {}
            }
        }
        Ok(linkage)
    }

    /// What each import of a module comes to in the instances of it.
    pub fn origins(&self, module: u32, instance: &str, name: &str) -> Vec<Origin> {
        let of_module = self.instances.iter().filter_map(|it| match it {
            CoreInstance::Module { module: of, arguments } if *of == module => Some(arguments),
            _ => None,
        });
        of_module.filter_map(|arguments| self.export(*arguments.get(instance)?, name)).collect()
    }

    /// The exports of modules that the canonical ABI calls where the host must not be called.
    pub fn quiet_exports(&self) -> BTreeSet<Origin> {
        self.quiet.iter().filter_map(|function| self.function(*function)).collect()
    }

    fn export(&self, instance: u32, name: &str) -> Option<Origin> {
        match self.instances.get(instance as usize)? {
            CoreInstance::Module { module, .. } => Some(Origin::Module(*module, name.into())),
            CoreInstance::Functions(functions) => self.function(*functions.get(name)?),
        }
    }

    fn function(&self, function: u32) -> Option<Origin> {
        match self.functions.get(function as usize)? {
            CoreFunction::Host(name) => Some(Origin::Host(name.clone())),
            // An instance comes after what it is made of, so this ends.
            CoreFunction::Export { instance, name } => self.export(*instance, name),
        }
    }

    fn nested_alias(&mut self, alias: ComponentAlias<'_>, depth: u32) {
        if let ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, count, index } =
            alias
            && count == depth
        {
            self.escaping.insert(index);
        }
    }

    fn read(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import?;
                    self.add(import.ty.kind(), Some(import.name.name.to_string()));
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.escapes(export.kind, export.index);
                    self.add(export.kind, Some(export.name.name.to_string()));
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    self.component_instance(instance?);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(alias?);
                }
            }
            Payload::InstanceSection(section) => {
                for instance in section {
                    self.instances.push(CoreInstance::of(instance?));
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    self.canonical(function?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds an item to the index space of its kind.
    fn add(&mut self, kind: ComponentExternalKind, name: Option<String>) {
        match kind {
            ComponentExternalKind::Module => self.places.push(None),
            ComponentExternalKind::Func => self.component_functions.push(name),
            ComponentExternalKind::Instance => self.component_instances.push(name),
            _ => {}
        }
    }

    fn escapes(&mut self, kind: ComponentExternalKind, index: u32) {
        if kind == ComponentExternalKind::Module {
            self.escaping.insert(index);
        }
    }

    fn component_instance(&mut self, instance: ComponentInstance<'_>) {
        match instance {
            ComponentInstance::Instantiate { args, .. } => {
                args.iter().for_each(|it| self.escapes(it.kind, it.index));
            }
            ComponentInstance::FromExports(exports) => {
                exports.iter().for_each(|it| self.escapes(it.kind, it.index));
            }
        }
        self.component_instances.push(None);
    }

    fn alias(&mut self, alias: ComponentAlias<'_>) {
        match alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                let instance = self.component_instances.get(instance_index as usize);
                let name = match instance.and_then(Option::as_deref) {
                    Some(instance) => format!("{instance}#{name}"),
                    None => name.into(),
                };
                self.add(kind, Some(name));
            }
            ComponentAlias::CoreInstanceExport { kind, instance_index: instance, name } => {
                if let ExternalKind::Func | ExternalKind::FuncExact = kind {
                    self.functions.push(CoreFunction::Export { instance, name: name.into() });
                }
            }
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, index, .. } => {
                self.escaping.insert(index);
                self.places.push(None);
            }
            ComponentAlias::Outer { .. } => {}
        }
    }

    fn canonical(&mut self, function: CanonicalFunction) {
        self.quiet.extend(options(&function).iter().filter_map(|option| match option {
            CanonicalOption::Realloc(function) | CanonicalOption::PostReturn(function) => {
                Some(*function)
            }
            _ => None,
        }));
        let name = match &function {
            CanonicalFunction::Lift { .. } => return self.component_functions.push(None),
            CanonicalFunction::Lower { func_index, .. } => {
                let known = self.component_functions.get(*func_index as usize).cloned().flatten();
                known.unwrap_or_else(|| format!("component function {func_index}"))
            }
            CanonicalFunction::ResourceNew { .. } => "resource.new".into(),
            CanonicalFunction::ResourceDrop { .. } => "resource.drop".into(),
            CanonicalFunction::ResourceRep { .. } => "resource.rep".into(),
            // Where the importing module's words say more.
            _ => String::new(),
        };
        self.functions.push(CoreFunction::Host(name));
    }
}

fn options(function: &CanonicalFunction) -> &[CanonicalOption] {
    use CanonicalFunction as F;
    match function {
        F::Lift { options, .. }
        | F::Lower { options, .. }
        | F::TaskReturn { options, .. }
        | F::StreamRead { options, .. }
        | F::StreamWrite { options, .. }
        | F::FutureRead { options, .. }
        | F::FutureWrite { options, .. }
        | F::ErrorContextNew { options }
        | F::ErrorContextDebugMessage { options } => options,
        _ => &[],
    }
}
