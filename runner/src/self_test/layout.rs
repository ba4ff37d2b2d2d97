//! Makes builds of a guest that differ in the layout of their code alone: the functions of
//! its core modules are the same, in another order and with padding between them.

use std::convert::Infallible;

use rand::RngExt as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_pcg::Pcg64Mcg;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils, utils};
use wasm_encoder::{CodeSection, Component, FunctionSection};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef,
};

/// A component with the code of `component` in another layout.
///
/// After about every second function stands a copy of another one, as padding: nothing
/// calls it. So the guest does the same steps and uses the same fuel, but its machine code
/// lies elsewhere in memory and in the processor's caches. wasmtime compiles the functions
/// of a module to machine code in the order of their indices.
pub fn laid_out_anew(
    component: &[u8],
    random: &mut Pcg64Mcg,
) -> Result<Vec<u8>, Error<Infallible>> {
    let mut layout = Layout { random, imported: 0, order: Vec::new(), place: Vec::new() };
    let mut encoded = Component::new();
    layout.parse_component(&mut encoded, Parser::new(0), component)?;
    Ok(encoded.finish())
}

/// The layout of the core module that is being encoded.
struct Layout<'a> {
    random: &'a mut Pcg64Mcg,
    /// How many functions the module imports. Theirs are the first indices.
    imported: u32,
    /// The functions that the module defines, by their old positions among these, in the
    /// new order. Copies are included.
    order: Vec<usize>,
    /// The new position of each function, by its old one.
    place: Vec<u32>,
}

impl Layout<'_> {
    /// Draws the layout of a module.
    fn draw(&mut self, module: &[u8]) -> Result<(), Error<Infallible>> {
        let (imported, defined) = functions(module)?;
        let functions: Vec<usize> = (0..defined).collect();
        let mut shuffled = functions.clone();
        shuffled.shuffle(self.random);
        self.imported = imported;
        self.order.clear();
        self.place = vec![0; defined];
        for function in shuffled {
            self.place[function] = self.order.len() as u32;
            self.order.push(function);
            if self.random.random() {
                self.order.extend(functions.choose(self.random));
            }
        }
        Ok(())
    }
}

/// How many functions a module imports, and how many it defines.
fn functions(module: &[u8]) -> Result<(u32, usize), Error<Infallible>> {
    let (mut imported, mut defined) = (0, 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let is_function =
                        matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                    imported += u32::from(is_function);
                }
            }
            Payload::FunctionSection(section) => defined = section.count() as usize,
            _ => {}
        }
    }
    Ok((imported, defined))
}

impl Reencode for Layout<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let defined = function.checked_sub(self.imported).map(|it| it as usize);
        let place = defined.and_then(|it| self.place.get(it));
        Ok(place.map_or(function, |place| self.imported + place))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for &function in &self.order {
            functions.function(types[function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies: Vec<FunctionBody> = section.into_iter().collect::<Result<_, _>>()?;
        for function in self.order.clone() {
            utils::parse_function_body(self, code, bodies[function].clone())?;
        }
        Ok(())
    }
}

impl ReencodeComponent for Layout<'_> {
    fn parse_component_submodule(
        &mut self,
        component: &mut Component,
        parser: Parser,
        module: &[u8],
    ) -> Result<(), Error<Infallible>> {
        self.draw(module)?;
        component_utils::parse_component_submodule(self, component, parser, module)?;
        // Outside core modules, the indices of core functions are not those of a module.
        self.place.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pollbench_guests::SLOWED;
    use rand::SeedableRng as _;
    use wasmparser::Validator;

    use super::*;

    fn laid_out(seed: u64) -> Vec<u8> {
        laid_out_anew(SLOWED.component, &mut Pcg64Mcg::seed_from_u64(seed)).expect("it is valid")
    }

    /// The bodies of the functions of all core modules, in their order.
    fn sizes_of_functions(component: &[u8]) -> Vec<usize> {
        let payloads = Parser::new(0).parse_all(component).map(|payload| payload.expect("valid"));
        let bodies = payloads.filter_map(|payload| match payload {
            Payload::CodeSectionEntry(body) => Some(body.range().len()),
            _ => None,
        });
        bodies.collect()
    }

    #[test]
    fn each_layout_is_a_valid_component_of_its_own() {
        let all: BTreeSet<Vec<u8>> = (0..10).map(laid_out).collect();
        assert_eq!(all.len(), 10);
        for component in &all {
            Validator::new().validate_all(component).expect("it is valid");
        }
        assert_eq!(laid_out(7), laid_out(7));
    }

    #[test]
    fn functions_are_padded_and_in_another_order() {
        let before = sizes_of_functions(SLOWED.component);
        let after = sizes_of_functions(&laid_out(1));
        assert!(after.len() > before.len());
        assert_ne!(after[..before.len()], before);
    }
}
