use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, FunctionSection, ImportSection,
    IndirectNameMap, Module, NameMap, NameSection, SectionId, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, Export, ExternalKind, FunctionSectionReader, ImportSectionReader, Name,
    Parser, TypeSectionReader,
};

use super::helper::{BEGIN_QUIET, END_QUIET};
use super::plan::ModulePlan;
use super::section_order::order;
use super::wrapper::{quiet_wrapper, wrapper};
use crate::engine::crossing::{ENTER, EXIT, INTERFACE};

/// How many functions are imported from the helper.
const ADDED: u32 = 4;

/// The core module with everything done to it.
pub fn encode(module: &[u8], plan: &ModulePlan) -> Result<Module, Error<Infallible>> {
    let mut encoded = Module::new();
    ModuleEncoder { plan }.parse_core_module(&mut encoded, Parser::new(0), module)?;
    Ok(encoded)
}

/// Writes a module anew. Its functions are then, in this order: those it imported, those of
/// the helper, the wrappers of those it defines, of imported ones and for the canonical ABI,
/// and those it defines.
struct ModuleEncoder<'a> {
    plan: &'a ModulePlan,
}

impl ModuleEncoder<'_> {
    fn imported(&self) -> u32 {
        self.plan.shape.imported()
    }

    fn defined(&self) -> u32 {
        self.plan.shape.defined.len() as u32
    }

    /// The index of the first wrapper for an imported function.
    fn import_wrappers(&self) -> u32 {
        self.imported() + ADDED + self.defined()
    }

    /// The index of the first wrapper for the canonical ABI.
    fn quiet_wrappers(&self) -> u32 {
        self.import_wrappers() + self.plan.wrapped.len() as u32
    }

    /// The index of the body of a function; `None` if it is imported.
    fn body(&self, function: u32) -> Option<u32> {
        let bodies = self.quiet_wrappers() + self.plan.quiet.len() as u32;
        Some(bodies + function.checked_sub(self.imported())?)
    }

    /// The index of what is called in place of a function.
    fn place(&self, function: u32) -> u32 {
        match self.plan.wrapped.binary_search(&function) {
            Ok(wrapper) => self.import_wrappers() + wrapper as u32,
            Err(_) if function < self.imported() => function,
            Err(_) => function + ADDED,
        }
    }

    fn add_imports(&self, imports: &mut ImportSection) {
        let tells = self.plan.shape.types.len() as u32;
        for (name, ty) in
            [(ENTER, tells), (EXIT, tells), (BEGIN_QUIET, tells + 1), (END_QUIET, tells)]
        {
            imports.import(INTERFACE, name, EntityType::Function(ty));
        }
    }

    fn add_functions(&self, functions: &mut FunctionSection) {
        let shape = &self.plan.shape;
        let quiet = self.plan.quiet.iter().map(|(_, function)| function);
        let others = self.plan.wrapped.iter().chain(quiet).filter_map(|it| shape.type_of(*it));
        let defined = shape.defined.iter().copied();
        defined.clone().chain(others).chain(defined).for_each(|ty| {
            functions.function(ty);
        });
    }

    fn add_wrappers(&self, code: &mut CodeSection) {
        let [enter, exit, begin, end] = [0, 1, 2, 3].map(|added| self.imported() + added);
        let defined = self.imported()..self.imported() + self.defined();
        let tell = |function: u32| {
            let token = self.plan.token(function).expect("every wrapped function has one");
            wrapper(token, self.body(function).unwrap_or(function), enter, exit)
        };
        for function in defined.chain(self.plan.wrapped.iter().copied()) {
            code.function(&tell(function));
        }
        for (_, function) in &self.plan.quiet {
            let parameters = self.plan.shape.parameters(*function);
            code.function(&quiet_wrapper(parameters, self.place(*function), begin, end));
        }
    }
}

impl Reencode for ModuleEncoder<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.place(function))
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_import_section(self, imports, section)?;
        self.add_imports(imports);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        self.add_functions(functions);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        self.add_wrappers(code);
        utils::parse_code_section(self, code, section)
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Infallible>> {
        let quiet = self.plan.quiet.iter().position(|(name, _)| name == export.name);
        match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact if quiet.is_some() => {
                let wrapper = self.quiet_wrappers() + quiet.unwrap_or_default() as u32;
                exports.export(export.name, ExportKind::Func, wrapper);
                // A function that is exported may be referred to by `ref.func`.
                let name = format!("{INTERFACE}#{}", export.name);
                exports.export(&name, ExportKind::Func, self.place(export.index));
                Ok(())
            }
            _ => utils::parse_export(self, exports, export),
        }
    }

    /// Adds the sections that the module does not have and needs now.
    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        after: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Result<(), Error<Infallible>> {
        let (after, before) = (after.map_or(0, order), before.map_or(u32::MAX, order));
        let is_missing = |section| after < order(section) && order(section) < before;
        if is_missing(SectionId::Import) {
            let mut imports = ImportSection::new();
            self.add_imports(&mut imports);
            module.section(&imports);
        }
        if is_missing(SectionId::Function) {
            let mut functions = FunctionSection::new();
            self.add_functions(&mut functions);
            module.section(&functions);
        }
        if is_missing(SectionId::Code) {
            let mut code = CodeSection::new();
            self.add_wrappers(&mut code);
            module.section(&code);
        }
        Ok(())
    }

    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: Name<'_>,
    ) -> Result<(), Error<Infallible>> {
        match section {
            Name::Function(map) => names.functions(&self.function_names(map)?),
            // Parameters aside, locals and labels are in the bodies.
            Name::Local(map) => names.locals(&self.names_in_bodies(map)?),
            Name::Label(map) => names.labels(&self.names_in_bodies(map)?),
            _ => utils::parse_custom_name_subsection(self, names, section)?,
        }
        Ok(())
    }
}

impl ModuleEncoder<'_> {
    /// The wrappers' names, and the same for the bodies, by index.
    fn function_names(&self, names: wasmparser::NameMap<'_>) -> wasmparser::Result<NameMap> {
        let mut all = Vec::new();
        for naming in names {
            let wasmparser::Naming { index, name } = naming?;
            all.push((self.place(index), name));
            all.extend(self.body(index).map(|body| (body, name)));
        }
        all.sort();
        all.dedup_by_key(|(index, _)| *index);
        let mut encoded = NameMap::new();
        all.into_iter().for_each(|(index, name)| encoded.append(index, name));
        Ok(encoded)
    }

    fn names_in_bodies(
        &self,
        names: wasmparser::IndirectNameMap<'_>,
    ) -> Result<IndirectNameMap, Error<Infallible>> {
        let mut encoded = IndirectNameMap::new();
        for function in names {
            let function = function?;
            if let Some(body) = self.body(function.index) {
                encoded.append(body, &utils::name_map(function.names, Ok)?);
            }
        }
        Ok(encoded)
    }
}
