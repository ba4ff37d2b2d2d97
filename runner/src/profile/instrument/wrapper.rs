use wasm_encoder::{Function, ValType};

use crate::engine::crossing::Token;

/// A function that tells before and after it calls another one with its own parameters.
/// `enter` and `exit` are the indices of the helper's functions.
pub fn wrapper(token: Token, inner: u32, enter: u32, exit: u32) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.i32_const(token.0 as i32).call(enter);
    for parameter in 0..token.parameters() as u32 {
        code.local_get(parameter);
    }
    code.call(inner).i32_const(token.0 as i32).call(exit).end();
    function
}

/// A function that calls another one and makes the helper tell nothing meanwhile. `begin` and
/// `end` are the indices of the helper's functions.
pub fn quiet_wrapper(parameters: u32, inner: u32, begin: u32, end: u32) -> Function {
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    // Only the number of parameters is of interest to the helper.
    code.i32_const(parameters as i32).call(begin).local_set(parameters);
    for parameter in 0..parameters {
        code.local_get(parameter);
    }
    code.call(inner).local_get(parameters).call(end).end();
    function
}
