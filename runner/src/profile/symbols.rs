//! The names of the functions of this process, by the addresses of their instructions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use object::elf::PF_X;
use object::{Object as _, ObjectSegment as _, ObjectSymbol as _, SegmentFlags};
use procfs_core::FromRead as _;
use procfs_core::process::{MMPermissions, MMapPath, MemoryMap, MemoryMaps};

use crate::engine::demangled;

/// What is known of this process's code.
pub struct Symbols {
    /// The executable parts of files, by where they begin.
    parts: BTreeMap<u64, Part>,
}

/// A part of a file that is mapped to be executed.
struct Part {
    end: u64,
    /// The name of the file.
    file: String,
    /// The functions in it, by where they begin; each with where it ends.
    functions: BTreeMap<u64, (u64, String)>,
}

impl Symbols {
    /// Reads the symbols of the program and its libraries.
    pub fn of_this_process() -> Result<Self, String> {
        let maps = MemoryMaps::from_file("/proc/self/maps").map_err(|error| error.to_string())?;
        let executable = |map: &&MemoryMap| map.perms.contains(MMPermissions::EXECUTE);
        let part = |map: &MemoryMap| match &map.pathname {
            MMapPath::Path(path) => Some((map.address.0, Part::of(map, path))),
            MMapPath::Vdso => Some((map.address.0, Part::of(map, Path::new("the system's clock")))),
            _ => None,
        };
        Ok(Self { parts: maps.iter().filter(executable).filter_map(part).collect() })
    }

    /// The function that has this instruction; where its name is not known, its file. `None`
    /// for code of no file, such as the engine has compiled.
    pub fn name(&self, address: u64) -> Option<String> {
        let (_, part) = self.parts.range(..=address).next_back()?;
        if address >= part.end {
            return None;
        }
        let function = part.functions.range(..=address).next_back();
        let name = function.filter(|(_, (end, _))| address < *end).map(|(_, (_, name))| name);
        Some(name.map_or_else(|| format!("{} (no name)", part.file), |it| demangled(it)))
    }
}

impl Part {
    fn of(map: &MemoryMap, path: &Path) -> Self {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        // A file that can't be read has functions without names.
        let functions = fs::read(path).ok().and_then(|bytes| functions(map, &bytes));
        Self { end: map.address.1, file, functions: functions.unwrap_or_default() }
    }
}

/// The functions of a file, by where they are in memory.
fn functions(map: &MemoryMap, bytes: &[u8]) -> Option<BTreeMap<u64, (u64, String)>> {
    let object = object::File::parse(bytes).ok()?;
    // A mapping begins at a page, and so perhaps before its segment.
    let mapped = map.offset..map.offset + (map.address.1 - map.address.0);
    let segment = object.segments().find(|it| {
        let (begin, length) = it.file_range();
        is_executable(it.flags()) && begin < mapped.end && mapped.start < begin + length
    })?;
    // From an address in the file to the one in memory.
    let moved = map.address.0.wrapping_sub(map.offset.wrapping_sub(segment.file_range().0));
    let moved = moved.wrapping_sub(segment.address());
    let symbols = object.symbols().chain(object.dynamic_symbols());
    let named = symbols.filter(|it| it.is_definition() && it.size() > 0);
    let function = |symbol: object::Symbol<'_, '_>| {
        let begin = symbol.address().wrapping_add(moved);
        Some((begin, (begin.wrapping_add(symbol.size()), symbol.name().ok()?.to_owned())))
    };
    Some(named.filter_map(function).collect())
}

fn is_executable(flags: SegmentFlags) -> bool {
    matches!(flags, SegmentFlags::Elf { p_flags } if p_flags & PF_X != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn known() -> u32 {
        std::hint::black_box(7)
    }

    #[test]
    fn a_function_is_found_by_any_of_its_instructions() {
        let symbols = Symbols::of_this_process().expect("symbols");
        let address = known as fn() -> u32 as usize as u64;
        for place in [address, address + 1] {
            let name = symbols.name(place).expect("it is in this program");
            assert!(name.ends_with("symbols::tests::known"), "{name}");
        }
        let on_the_heap = Box::new(0_u8);
        assert_eq!(symbols.name(&raw const *on_the_heap as u64), None);
        assert_eq!(symbols.name(0), None);
        assert_eq!(symbols.name(u64::MAX), None);
    }
}
