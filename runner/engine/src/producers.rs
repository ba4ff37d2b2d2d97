use wasmparser::{KnownCustom, Parser, Payload, ProducersSectionReader};

/// What a component says it was made with: the `language` and `processed-by`
/// fields of the `producers` sections of all its modules
/// (WebAssembly tool conventions, ProducersSection.md).
pub fn producers(component: &[u8]) -> String {
    let mut named = Vec::new();
    let payloads = Parser::new(0).parse_all(component).map_while(Result::ok);
    for payload in payloads {
        if let Payload::CustomSection(section) = payload
            && let KnownCustom::Producers(reader) = section.as_known()
        {
            collect(reader, &mut named);
        }
    }
    if named.is_empty() { "not stated".into() } else { named.join(", ") }
}

fn collect(fields: ProducersSectionReader<'_>, named: &mut Vec<String>) {
    let told =
        |field: &wasmparser::ProducersField| matches!(field.name, "language" | "processed-by");
    for field in fields.into_iter().map_while(Result::ok).filter(told) {
        for value in field.values.into_iter().map_while(Result::ok) {
            let name = format!("{} {}", value.name, value.version).trim().to_string();
            if !named.contains(&name) {
                named.push(name);
            }
        }
    }
}
