use std::collections::BTreeSet;

use pollbench_reports::profile::Function;

use super::InstrumentError;
use super::linkage::{Linkage, Origin};
use super::shape::Shape;
use crate::engine::crossing::Token;

/// What is done to a component.
#[derive(Debug)]
pub struct Plan {
    /// What is done to each core module, by its place among all; `None` leaves it as it is.
    pub modules: Vec<Option<ModulePlan>>,
    /// The place of each core module of the outermost component, by its index there.
    pub places: Vec<Option<usize>>,
    /// The functions that are told of, by position, and at last one for all other code.
    pub functions: Vec<Function>,
    /// Whether the fuel in each function is burnt by code that is not instrumented.
    pub is_outside: Vec<bool>,
    /// What is not instrumented, and why.
    pub left_out: Vec<String>,
}

/// What is done to a core module.
#[derive(Debug)]
pub struct ModulePlan {
    /// The module.
    pub shape: Shape,
    /// The imported functions that get a wrapper, by index: those whose calls leave the
    /// instrumented code.
    pub wrapped: Vec<u32>,
    /// The exported functions that the canonical ABI calls, by name.
    pub quiet: Vec<(String, u32)>,
    /// The tokens of the wrapped imports and then of the functions that it defines.
    pub tokens: Vec<Token>,
}

impl ModulePlan {
    /// Whether there is nothing to do.
    fn is_empty(&self) -> bool {
        self.shape.defined.is_empty() && self.wrapped.is_empty() && self.quiet.is_empty()
    }

    /// The token of a function. One that is imported and has no wrapper has none.
    pub fn token(&self, function: u32) -> Option<Token> {
        let place = match function.checked_sub(self.shape.imported()) {
            Some(defined) => self.wrapped.len() + defined as usize,
            None => self.wrapped.binary_search(&function).ok()?,
        };
        self.tokens.get(place).copied()
    }
}

/// The name of everything that is not instrumented.
const OUTSIDE: &str = "code that is not profiled";

impl Plan {
    /// Decides what is done to a component.
    pub fn of(component: &[u8]) -> Result<Self, InstrumentError> {
        let linkage = Linkage::of(component)?;
        let mut plan = Self {
            modules: Vec::new(),
            places: linkage.places.clone(),
            functions: Vec::new(),
            is_outside: Vec::new(),
            left_out: Vec::new(),
        };
        let shapes = plan.shapes(&linkage)?;
        plan.modules.resize_with(linkage.modules.len(), || None);
        let is_told: BTreeSet<u32> = shapes.iter().map(|(index, ..)| *index).collect();
        let quiet = linkage.quiet_exports();
        for (index, place, shape) in shapes {
            let leaves = |origin: &Origin| match origin {
                Origin::Host(_) => true,
                Origin::Module(module, _) => !is_told.contains(module) || quiet.contains(origin),
            };
            plan.add(index, place, shape, &linkage, &quiet, leaves)?;
        }
        let module = linkage.modules.len() as u32;
        plan.functions.push(Function { name: OUTSIDE.into(), module, index: 0 });
        plan.is_outside.push(true);
        Ok(plan)
    }

    /// The modules that are instrumented: their indices, places and shapes.
    fn shapes(
        &mut self,
        linkage: &Linkage<'_>,
    ) -> Result<Vec<(u32, usize, Shape)>, InstrumentError> {
        let mut shapes = Vec::new();
        let mut index_of = vec![None; linkage.modules.len()];
        for (index, place) in linkage.places.iter().enumerate() {
            place.map(|place| index_of[place] = Some(index as u32));
        }
        for (place, module) in linkage.modules.iter().enumerate() {
            let why_not = match index_of[place] {
                None => "is part of a nested component",
                Some(index) if linkage.escaping.contains(&index) => "is used in another component",
                Some(index) => match Shape::of(module)? {
                    shape if shape.has_tail_calls => "makes tail calls",
                    shape => {
                        shapes.push((index, place, shape));
                        continue;
                    }
                },
            };
            self.left_out.push(format!("core module {place} is not profiled: it {why_not}"));
        }
        Ok(shapes)
    }

    fn add(
        &mut self,
        module: u32,
        place: usize,
        shape: Shape,
        linkage: &Linkage<'_>,
        quiet: &BTreeSet<Origin>,
        leaves: impl Fn(&Origin) -> bool,
    ) -> Result<(), InstrumentError> {
        let mut plan = ModulePlan { wrapped: vec![], quiet: vec![], tokens: vec![], shape };
        for (index, import) in (0..).zip(&plan.shape.imports) {
            let origins = linkage.origins(module, &import.module, &import.name);
            if let Some(origin) = origins.iter().find(|origin| leaves(origin)) {
                let name = match origin {
                    Origin::Host(name) if !name.is_empty() => name.clone(),
                    _ => format!("{}#{}", import.module, import.name),
                };
                plan.wrapped.push(index);
                let parameters = plan.shape.parameters(index);
                plan.tokens.push(self.told(name, place, index, parameters, true)?);
            }
        }
        let imported = plan.shape.imported();
        for index in imported..imported + plan.shape.defined.len() as u32 {
            let (name, parameters) = (plan.shape.name(index), plan.shape.parameters(index));
            plan.tokens.push(self.told(name, place, index, parameters, false)?);
        }
        let exports = plan.shape.exports.iter().map(|(name, index)| (name.clone(), *index));
        plan.quiet = exports
            .filter(|(name, _)| quiet.contains(&Origin::Module(module, name.clone())))
            .collect();
        self.modules[place] = Some(plan).filter(|plan| !plan.is_empty());
        Ok(())
    }

    /// Adds a function to the list.
    fn told(
        &mut self,
        name: String,
        place: usize,
        index: u32,
        parameters: u32,
        is_outside: bool,
    ) -> Result<Token, InstrumentError> {
        let position = self.functions.len() as u32;
        self.functions.push(Function { name, module: place as u32, index });
        self.is_outside.push(is_outside);
        Token::new(position, parameters).ok_or(InstrumentError::TooLarge)
    }
}
