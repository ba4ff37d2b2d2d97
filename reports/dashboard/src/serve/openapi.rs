//! The description of the JSON API, for programs: OpenAPI 3.1, whose schemas are those of JSON
//! Schema 2020-12.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::control::{AddedRun, BegunRun, Order, Origin};
use crate::query::{CompareQuery, LaneQuery, OverviewQuery, RunsQuery, TrendQuery, TrendsQuery};
use crate::view::{
    CellPage, Compare, Explain, Live, Overview, Profiles, RunPage, Runs, Servers, Trend, Trends,
    Tunings,
};

/// No run, series or cell has a larger number.
const LARGEST: i64 = i64::MAX;

/// The whole description.
pub fn description() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    let mut add = |path: &str, value: Value| paths.insert(path.into(), json!({ "get": value }));
    let of = &mut schemas;
    add("/api/overview", answer::<Overview>(of, "What changed lately", query::<OverviewQuery>));
    add("/api/trends", answer::<Trends>(of, "A metric of every cell", query::<TrendsQuery>));
    add(
        "/api/trends/{series}",
        answer::<Trend>(of, "A metric of a cell over runs", |of| {
            [vec![part("series")], query::<TrendQuery>(of)].concat()
        }),
    );
    add("/api/runs", answer::<Runs>(of, "The runs, the newest first", query::<RunsQuery>));
    add("/api/runs/{run}", answer::<RunPage>(of, "A run", |_| vec![part("run")]));
    add(
        "/api/runs/{run}/cells/{cell}",
        answer::<CellPage>(of, "A cell of a run", |_| vec![part("run"), part("cell")]),
    );
    add("/api/compare", answer::<Compare>(of, "Two runs, or two guests", query::<CompareQuery>));
    add("/api/tunings", answer::<Tunings>(of, "Values of knobs to use", query::<LaneQuery>));
    add("/api/profiles", answer::<Profiles>(of, "The profiles", query::<LaneQuery>));
    add("/api/servers", answer::<Servers>(of, "Servers under load", query::<LaneQuery>));
    add("/api/live", answer::<Live>(of, "The runs that go on", |_| Vec::new()));
    add("/api/explain", answer::<Explain>(of, "What workloads and executors do", |_| Vec::new()));
    let changes = [
        (
            "/api/live/begin",
            "Begins a run",
            changed::<BegunRun>(of, "202", body::<Order>, |_| vec![]),
        ),
        ("/api/live/stop", "Stops it", changed::<BegunRun>(of, "202", |_| None, |_| vec![])),
        (
            "/api/records",
            "Adds a record",
            changed::<AddedRun>(of, "201", any_record, query::<Origin>),
        ),
    ];
    for (path, summary, mut value) in changes {
        value["summary"] = summary.into();
        paths.insert(path.into(), json!({ "post": value }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pollbench",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the pages of a dashboard show. All texts are of strangers.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn answer<T: JsonSchema>(
    schemas: &mut SchemaGenerator,
    summary: &str,
    parameters: impl FnOnce(&mut SchemaGenerator) -> Vec<Value>,
) -> Value {
    let parameters = parameters(schemas);
    let schema = schemas.subschema_for::<T>();
    json!({
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": summary, "content": { "application/json": { "schema": schema } } },
            "400": failure("The request makes no sense"),
            "404": failure("There is nothing of that number or name"),
            "503": failure("The database gives no answer"),
        },
    })
}

/// What changes something, for whoever has the token.
fn changed<T: JsonSchema>(
    schemas: &mut SchemaGenerator,
    status: &str,
    body: impl FnOnce(&mut SchemaGenerator) -> Option<Value>,
    parameters: impl FnOnce(&mut SchemaGenerator) -> Vec<Value>,
) -> Value {
    let (parameters, body) = (parameters(schemas), body(schemas));
    let schema = schemas.subschema_for::<T>();
    let mut value = json!({
        "parameters": parameters,
        "security": [{ "token": [] }],
        "responses": {
            status: { "description": "It is done, or begun", "content": { "application/json": { "schema": schema } } },
            "400": failure("The request makes no sense"),
            "401": failure("It lacks the token"),
            "403": failure("Nothing can be changed here, or from another origin"),
            "409": failure("Another run goes on, or none"),
            "413": failure("It is too large"),
            "500": failure("The run can't be begun, or the database is damaged"),
            "503": failure("The database gives no answer"),
            "507": failure("There is no room left"),
        },
    });
    if let Some(body) = body {
        value["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body } } });
    }
    value
}

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Option<Value> {
    Some(schemas.subschema_for::<T>().into())
}

/// The schema of records is a file of its own.
fn any_record(_: &mut SchemaGenerator) -> Option<Value> {
    Some(json!({ "type": "object" }))
}

/// Why something is not answered.
fn failure(words: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": { "error": { "type": "string" } },
        "required": ["error"],
    });
    json!({ "description": words, "content": { "application/json": { "schema": schema } } })
}

/// A number in the path.
fn part(name: &str) -> Value {
    let schema = json!({ "type": "integer", "minimum": 0, "maximum": LARGEST });
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

/// The fields of a query, each as a parameter.
fn query<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Vec<Value> {
    let schema: Schema = T::json_schema(schemas);
    let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let parameter = |(name, mut schema): (String, Value)| {
        let words = schema.as_object_mut().and_then(|it| it.remove("description"));
        json!({ "name": name, "in": "query", "description": words, "schema": without_null(schema) })
    };
    fields.into_iter().map(parameter).collect()
}

/// What is left out of a query is not there: it can't be null.
fn without_null(mut schema: Value) -> Value {
    if let Some(Value::Array(types)) = schema.get("type") {
        let kept: Vec<Value> = types.iter().filter(|it| *it != "null").cloned().collect();
        if let [only] = kept.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(Value::Array(any)) = schema.get_mut("anyOf") {
        any.retain(|it| it != &json!({ "type": "null" }));
    }
    schema
}
