use wasm_encoder::{
    CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, GlobalType, ImportSection, InstructionSink, Module, TypeSection, ValType,
};

use crate::engine::crossing::{ENTER, EXIT, INTERFACE, PARAMETERS, QUIET_CALL, QUIET_ENTRY};

/// The helper's function that a wrapper for the canonical ABI calls first. It takes the
/// function's token, and returns what [`END_QUIET`] has to be given.
pub const BEGIN_QUIET: &str = "begin-quiet";

/// The helper's function that such a wrapper calls last.
pub const END_QUIET: &str = "end-quiet";

/// Whether calls are not to be told to the host, by number.
const QUIET: u32 = 0;

/// The fuel that calls which were not told burnt for being instrumented, by number.
const PENDING: u32 = 1;

/// A core module between the instrumented ones and the host. A component must not call its
/// host while the canonical ABI runs its `realloc` or `post-return`. Calls within them are not
/// told; what they cost for being instrumented is summed up, and told with the next call.
pub fn helper() -> Module {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32, ValType::I64], []);
    types.ty().function([ValType::I32], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    for name in [ENTER, EXIT] {
        imports.import(INTERFACE, name, EntityType::Function(0));
    }
    for (place, (name, ty)) in
        [(ENTER, 1), (EXIT, 1), (BEGIN_QUIET, 2), (END_QUIET, 1)].into_iter().enumerate()
    {
        functions.function(ty);
        exports.export(name, ExportKind::Func, 2 + place as u32);
    }
    let mut globals = GlobalSection::new();
    let mutable = |val_type| GlobalType { val_type, mutable: true, shared: false };
    globals.global(mutable(ValType::I32), &ConstExpr::i32_const(0));
    globals.global(mutable(ValType::I64), &ConstExpr::i64_const(0));
    let mut code = CodeSection::new();
    for body in [enter, exit, begin_quiet, end_quiet] {
        let mut function = Function::new([]);
        body(&mut function.instructions());
        code.function(&function);
    }

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&globals);
    module.section(&exports).section(&code);
    module
}

fn enter(code: &mut InstructionSink<'_>) {
    code.global_get(QUIET).if_(wasm_encoder::BlockType::Empty);
    add_to_pending(code, QUIET_CALL);
    code.return_().end();
    tell(code, 0);
}

fn exit(code: &mut InstructionSink<'_>) {
    code.global_get(QUIET).if_(wasm_encoder::BlockType::Empty).return_().end();
    tell(code, 1);
}

fn begin_quiet(code: &mut InstructionSink<'_>) {
    code.global_get(QUIET).i32_const(1).global_set(QUIET);
    add_to_pending(code, QUIET_ENTRY);
    code.end();
}

fn end_quiet(code: &mut InstructionSink<'_>) {
    code.local_get(0).global_set(QUIET).end();
}

/// Calls a function of the host with the token and what is pending, and ends.
fn tell(code: &mut InstructionSink<'_>, function: u32) {
    code.local_get(0).global_get(PENDING).call(function);
    code.i64_const(0).global_set(PENDING).end();
}

/// Adds a cost and the number of parameters in the token, each of which costs one unit.
fn add_to_pending(code: &mut InstructionSink<'_>, cost: i64) {
    code.global_get(PENDING).local_get(0).i32_const(PARAMETERS).i32_and().i64_extend_i32_u();
    code.i64_const(cost).i64_add().i64_add().global_set(PENDING);
}
