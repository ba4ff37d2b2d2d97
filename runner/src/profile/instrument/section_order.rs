use wasm_encoder::SectionId;

/// The place of a section among those of a module, from 1. Their numbers are in
/// another order.
pub fn order(section: SectionId) -> u32 {
    use SectionId as S;
    const ORDER: [SectionId; 13] = [
        S::Type,
        S::Import,
        S::Function,
        S::Table,
        S::Memory,
        S::Tag,
        S::Global,
        S::Export,
        S::Start,
        S::Element,
        S::DataCount,
        S::Code,
        S::Data,
    ];
    1 + ORDER.iter().position(|it| *it as u8 == section as u8).unwrap_or(0) as u32
}
