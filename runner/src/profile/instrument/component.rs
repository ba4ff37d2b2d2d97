use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, Component, ComponentAliasSection,
    ComponentExportKind, ComponentImportSection, ComponentSectionId, ComponentTypeRef,
    ComponentTypeSection, ComponentValType, ExportKind, InstanceSection, InstanceType, ModuleArg,
    ModuleSection, PrimitiveValType, RawSection,
};
use wasmparser::{CanonicalFunction, Instance, InstantiationArgKind, Parser};

use super::helper::helper;
use super::module;
use super::plan::Plan;
use crate::engine::crossing::{ENTER, EXIT, INTERFACE};

/// Writes a component anew, with everything done to its core modules.
pub fn encode(component: &[u8], plan: &Plan) -> Result<Vec<u8>, Error<Infallible>> {
    let mut encoded = Component::new();
    add_helper(&mut encoded);
    let mut encoder = ComponentEncoder { plan, depth: 0, module: 0 };
    encoder.parse_component(&mut encoded, Parser::new(0), component)?;
    Ok(encoded.finish())
}

/// What [`add_helper`] adds to the index spaces of the outermost component. All of it comes
/// first.
const TYPES: u32 = 1;
const INSTANCES: u32 = 1;
const FUNCTIONS: u32 = 2;
const CORE_FUNCTIONS: u32 = 2;
const MODULES: u32 = 1;
const CORE_INSTANCES: u32 = 2;

/// The core instance of the helper.
const HELPER: u32 = 1;

/// Adds the import of the host's functions, and an instance of the helper module.
fn add_helper(component: &mut Component) {
    let mut interface = InstanceType::new();
    let parameters = [("function", PrimitiveValType::U32), ("quiet", PrimitiveValType::U64)];
    let parameters = parameters.map(|(name, ty)| (name, ComponentValType::Primitive(ty)));
    interface.ty().function().params(parameters).result(None);
    for name in [ENTER, EXIT] {
        interface.export(name, ComponentTypeRef::Func(0));
    }
    let mut types = ComponentTypeSection::new();
    types.instance(&interface);
    let mut imports = ComponentImportSection::new();
    imports.import(INTERFACE, ComponentTypeRef::Instance(0));

    let (mut aliases, mut canonical) =
        (ComponentAliasSection::new(), CanonicalFunctionSection::new());
    for (function, name) in (0..).zip([ENTER, EXIT]) {
        let kind = ComponentExportKind::Func;
        aliases.alias(Alias::InstanceExport { instance: 0, kind, name });
        canonical.lower(function, [] as [CanonicalOption; 0]);
    }
    let mut instances = InstanceSection::new();
    instances.export_items([(ENTER, ExportKind::Func, 0), (EXIT, ExportKind::Func, 1)]);
    instances.instantiate(0, [(INTERFACE, ModuleArg::Instance(0))]);

    component.section(&types).section(&imports).section(&aliases).section(&canonical);
    component.section(&ModuleSection(&helper())).section(&instances);
}

/// Moves the indices of the outermost component by what was added, and encodes its modules.
struct ComponentEncoder<'a> {
    plan: &'a Plan,
    /// How many components, or types with index spaces of their own, are around.
    depth: u32,
    /// The place of the next core module.
    module: usize,
}

impl ComponentEncoder<'_> {
    /// An index of the index space that is `count` components further out.
    fn moved(&self, count: u32, index: u32, by: u32) -> u32 {
        if self.depth == count { index + by } else { index }
    }
}

impl Reencode for ComponentEncoder<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.moved(0, function, CORE_FUNCTIONS))
    }
}

impl ReencodeComponent for ComponentEncoder<'_> {
    fn component_type_index(&mut self, ty: u32) -> u32 {
        self.moved(0, ty, TYPES)
    }

    fn component_instance_index(&mut self, instance: u32) -> u32 {
        self.moved(0, instance, INSTANCES)
    }

    fn component_func_index(&mut self, function: u32) -> u32 {
        self.moved(0, function, FUNCTIONS)
    }

    fn module_index(&mut self, module: u32) -> u32 {
        self.moved(0, module, MODULES)
    }

    fn instance_index(&mut self, instance: u32) -> u32 {
        self.moved(0, instance, CORE_INSTANCES)
    }

    fn outer_component_type_index(&mut self, count: u32, ty: u32) -> u32 {
        self.moved(count, ty, TYPES)
    }

    fn outer_module_index(&mut self, count: u32, module: u32) -> u32 {
        self.moved(count, module, MODULES)
    }

    fn push_depth(&mut self) {
        self.depth += 1;
    }

    fn pop_depth(&mut self) {
        self.depth -= 1;
    }

    fn parse_component_submodule(
        &mut self,
        component: &mut Component,
        _parser: Parser,
        module: &[u8],
    ) -> Result<(), Error<Infallible>> {
        let plan = self.plan.modules.get(self.module).and_then(Option::as_ref);
        self.module += 1;
        match plan {
            Some(plan) => component.section(&ModuleSection(&module::encode(module, plan)?)),
            None => {
                let id = ComponentSectionId::CoreModule.into();
                component.section(&RawSection { id, data: module })
            }
        };
        Ok(())
    }

    /// Gives every instrumented module the helper.
    fn parse_instance(
        &mut self,
        instances: &mut InstanceSection,
        instance: Instance<'_>,
    ) -> Result<(), Error<Infallible>> {
        let Instance::Instantiate { module_index, args } = &instance else {
            return component_utils::parse_instance(self, instances, instance);
        };
        let place = self.plan.places.get(*module_index as usize).copied().flatten();
        let is_told = place.is_some_and(|place| self.plan.modules[place].is_some());
        if self.depth > 0 || !is_told {
            return component_utils::parse_instance(self, instances, instance);
        }
        let mut arguments = vec![(INTERFACE, ModuleArg::Instance(HELPER))];
        arguments.extend(args.iter().map(|arg| match arg.kind {
            InstantiationArgKind::Instance => {
                (arg.name, ModuleArg::Instance(arg.index + CORE_INSTANCES))
            }
        }));
        instances.instantiate(module_index + MODULES, arguments);
        Ok(())
    }

    /// Moves the types of those functions that wasm-encoder 0.254 passes on as they are.
    fn parse_component_canonical(
        &mut self,
        section: &mut CanonicalFunctionSection,
        function: CanonicalFunction,
    ) -> Result<(), Error<Infallible>> {
        use CanonicalFunction as F;
        match function {
            F::StreamCancelRead { ty, async_ } => {
                section.stream_cancel_read(self.component_type_index(ty), async_);
            }
            F::StreamCancelWrite { ty, async_ } => {
                section.stream_cancel_write(self.component_type_index(ty), async_);
            }
            F::FutureCancelRead { ty, async_ } => {
                section.future_cancel_read(self.component_type_index(ty), async_);
            }
            F::FutureCancelWrite { ty, async_ } => {
                section.future_cancel_write(self.component_type_index(ty), async_);
            }
            _ => component_utils::parse_component_canonical(self, section, function)?,
        }
        Ok(())
    }
}
