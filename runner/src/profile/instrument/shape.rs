use std::collections::{BTreeMap, HashMap};

use wasmparser::{
    CompositeInnerType, ExternalKind, KnownCustom, Name, Operator, Parser, Payload, Result, TypeRef,
};

use crate::engine::demangled;

/// What has to be known of a core module to instrument it.
#[derive(Debug, Default)]
pub struct Shape {
    /// The functions that it imports, in the order of their indices.
    pub imports: Vec<ImportedFunction>,
    /// The types of the functions that it defines.
    pub defined: Vec<u32>,
    /// The functions that it exports, by name.
    pub exports: BTreeMap<String, u32>,
    /// Whether it makes tail calls.
    pub has_tail_calls: bool,
    /// The number of parameters of each type; `None` if it is not of a function.
    pub types: Vec<Option<u32>>,
    names: HashMap<u32, String>,
}

/// A function that a core module imports.
#[derive(Debug)]
pub struct ImportedFunction {
    /// The name of the instance that it is taken from.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// Its type.
    pub ty: u32,
}

impl Shape {
    /// Reads a core module.
    pub fn of(module: &[u8]) -> Result<Self> {
        let mut shape = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            shape.read(payload?)?;
        }
        Ok(shape)
    }

    fn read(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    self.types.extend(group?.types().map(|ty| match &ty.composite_type.inner {
                        CompositeInnerType::Func(ty) => Some(ty.params().len() as u32),
                        _ => None,
                    }));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import.ty {
                        let (module, name) = (import.module.into(), import.name.into());
                        self.imports.push(ImportedFunction { module, name, ty });
                    }
                }
            }
            Payload::FunctionSection(section) => {
                self.defined = section.into_iter().collect::<Result<_>>()?;
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if let ExternalKind::Func | ExternalKind::FuncExact = export.kind {
                        self.exports.insert(export.name.into(), export.index);
                    }
                }
            }
            Payload::CodeSectionEntry(body) if !self.has_tail_calls => {
                let mut code = body.get_operators_reader()?;
                while !code.eof() {
                    self.has_tail_calls |= is_tail_call(&code.read()?);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    // A damaged section of names is no reason not to run a module.
                    subsections.into_iter().flatten().for_each(|names| self.read_names(names));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn read_names(&mut self, names: Name<'_>) {
        if let Name::Function(names) = names {
            let names = names.into_iter().flatten();
            self.names.extend(names.map(|naming| (naming.index, naming.name.to_string())));
        }
    }

    /// The index of the first function that the module defines.
    pub fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    /// The type of a function.
    pub fn type_of(&self, function: u32) -> Option<u32> {
        match function.checked_sub(self.imported()) {
            Some(defined) => self.defined.get(defined as usize).copied(),
            None => self.imports.get(function as usize).map(|import| import.ty),
        }
    }

    /// How many parameters a function has.
    pub fn parameters(&self, function: u32) -> u32 {
        let ty = self.type_of(function).and_then(|ty| *self.types.get(ty as usize)?);
        ty.unwrap_or(0)
    }

    /// The name of a function: that of the section of names, or that of an export, or its
    /// index. A function whose export is a number is one of those that `wit-component` makes,
    /// through which a guest calls the host.
    pub fn name(&self, function: u32) -> String {
        if let Some(name) = self.names.get(&function).filter(|name| !name.is_empty()) {
            return demangled(name);
        }
        let is_number = |name: &str| name.bytes().all(|it| it.is_ascii_digit());
        let mut exports = self.exports.iter().filter(|(_, index)| **index == function);
        match exports.next() {
            None => format!("function {function}"),
            Some((number, _)) if is_number(number) => format!("way {number} out to the host"),
            Some((name, _)) => demangled(name),
        }
    }
}

fn is_tail_call(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
    )
}
