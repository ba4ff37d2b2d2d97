mod odd_components;
mod random_modules;

use pollbench_guests::{BUILT_IN, FAULTY, FAULTY_P3, SLOWED};
use pollbench_reports::profile::{CallTree, Function};
use pollbench_simulation::simulation::Edge;
use wasmparser::{Validator, WasmFeatures};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store, StoreContextMut};

use super::*;
use crate::engine::crossing::{ENTER, EXIT, INTERFACE};

fn instrumented(component: &[u8]) -> Instrumented {
    let instrumented = instrument(component).expect("it can be instrumented");
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&instrumented.component)
        .unwrap_or_else(|error| panic!("{error}"));
    instrumented
}

#[test]
fn every_guest_stays_valid_and_its_functions_have_names() {
    for guest in BUILT_IN.iter().chain([&SLOWED, &FAULTY, &FAULTY_P3]) {
        let instrumented = instrumented(guest.component);
        assert_eq!(instrumented.left_out, [""; 0], "{}", guest.name);
        let names = instrumented.functions.iter().map(|it| &it.name);
        let named = names.filter(|it| !it.starts_with("function ")).count();
        assert!(named * 10 > instrumented.functions.len() * 9, "{}", guest.name);
        assert!(instrumented.functions.iter().any(|it| it.name.contains("::")), "{}", guest.name);
    }
}

/// Runs the exports `run` and `flush` of a component. Returns what `run` returned, and the
/// fuel.
fn run(component: &[u8], recorder: Option<Recorder>) -> (u32, u64, Option<Recorder>) {
    let mut config = Config::new();
    config.consume_fuel(true).wasm_tail_call(true);
    let engine = Engine::new(&config).expect("an engine");
    let mut linker = Linker::<Option<Recorder>>::new(&engine);
    let mut root = linker.root();
    root.func_wrap("text", |_, ()| Ok(("some text".to_string(),))).expect("an import");
    let mut calls = linker.instance(INTERFACE).expect("an instance");
    for (name, tell) in
        [(ENTER, Recorder::enter as fn(&mut Recorder, _, _, _) -> _), (EXIT, Recorder::exit)]
    {
        let told = move |mut store: StoreContextMut<'_, Option<Recorder>>, (token, quiet)| {
            let fuel = u64::MAX - store.get_fuel()?;
            tell(store.data_mut().as_mut().expect("a recorder"), token, quiet, fuel)?;
            Ok(())
        };
        calls.func_wrap(name, told).expect("a function");
    }
    let component = Component::new(&engine, component).expect("a component");
    let mut store = Store::new(&engine, recorder);
    store.set_fuel(u64::MAX).expect("there is fuel");
    let instance = linker.instantiate(&mut store, &component).expect("an instance");
    let function = instance.get_typed_func::<(), (u32,)>(&mut store, "run").expect("`run`");
    let (result,) = function.call(&mut store, ()).expect("no trap");
    let flush = instance.get_typed_func::<(), ()>(&mut store, "flush").expect("`flush`");
    flush.call(&mut store, ()).expect("no trap");
    let fuel = u64::MAX - store.get_fuel().expect("there is fuel");
    (result, fuel, store.into_data())
}

/// Runs a component as it is and instrumented, and compares what can be compared.
fn profiled(component: &[u8]) -> (Vec<Function>, CallTree) {
    let (result, fuel, _) = run(component, None);
    let instrumented = instrumented(component);
    let mut recorder = instrumented.recorder();
    recorder.at_edge(Edge::Opens, 0).expect("it opens");
    let (again, all, recorder) = run(&instrumented.component, Some(recorder));
    let mut recorder = recorder.expect("it was given");
    recorder.at_edge(Edge::Closes, all).expect("it closes");
    let (functions, tree) = recorder.finish().expect("a tree");
    assert_eq!(again, result);
    assert_eq!(tree.total(), fuel, "{functions:?} {tree:?}");
    (functions, tree)
}

/// The calls of a function and the fuel of its own code.
fn of(name: &str, (functions, tree): &(Vec<Function>, CallTree)) -> (u64, u64) {
    let nodes = tree.nodes.iter().filter(|it| functions[it.function as usize].name == name);
    nodes.fold((0, 0), |(calls, own), node| (calls + node.calls, own + node.own))
}
