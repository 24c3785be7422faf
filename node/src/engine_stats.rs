//! What the inference engine does, for the machine's owner: an RPC method and Prometheus metrics.

use assay_engine::{Engine, Stats};
use jsonrpsee::{Extensions, core::RpcResult, proc_macros::rpc};
use sc_rpc_api::check_if_safe;
use std::sync::Arc;
use substrate_prometheus_endpoint::{
	MetricSource, Opts, PrometheusError, Registry, SourcedCounter, SourcedGauge, register,
};

/// Methods for the machine's owner.
#[rpc(server)]
pub trait EngineStatsApi {
	/// Jobs, cached results, children and their protections. Unsafe: it shows how busy the machine is, and with what.
	#[method(name = "assay_engineStats", with_extensions)]
	fn engine_stats(&self) -> RpcResult<Stats>;
}

/// Implements [`EngineStatsApi`] on an engine.
pub struct EngineStatsRpc(pub Arc<Engine>);

impl EngineStatsApiServer for EngineStatsRpc {
	fn engine_stats(&self, extensions: &Extensions) -> RpcResult<Stats> {
		check_if_safe(extensions)?;
		Ok(self.0.stats())
	}
}

/// Values of one metric, each with the value of its label.
type Values = Vec<(&'static str, u64)>;

/// A metric that is read from the engine whenever somebody looks.
#[derive(Clone)]
struct Source {
	engine: Arc<Engine>,
	values: fn(&Stats) -> Values,
}

impl MetricSource for Source {
	type N = u64;

	fn collect(&self, mut set: impl FnMut(&[&str], u64)) {
		for (label, value) in (self.values)(&self.engine.stats()) {
			set(&[label], value);
		}
	}
}

/// Name, help, name of the label, and where the values come from.
type Metric = (&'static str, &'static str, &'static str, fn(&Stats) -> Values);

/// What only grows.
const COUNTERS: [Metric; 4] = [
	("assay_engine_answers_total", "Jobs executed to an answer", "outcome", |stats| {
		stats.jobs.outcomes.by_name().to_vec()
	}),
	("assay_engine_failures_total", "Jobs given up for a reason of this machine", "reason", |stats| {
		stats.jobs.failures.by_name().to_vec()
	}),
	(
		"assay_engine_cache_lookups_total",
		"Results asked for, by whether they were on disk",
		"found",
		|stats| {
			vec![("hit", stats.cache.hits), ("miss", stats.cache.misses), ("damaged", stats.cache.damaged)]
		},
	),
	("assay_engine_lost_children_total", "Child processes that did not survive a job", "how", |stats| {
		vec![("killed", stats.killed), ("crashed", stats.crashed)]
	}),
];

/// What goes up and down.
const GAUGES: [Metric; 3] = [
	("assay_engine_jobs", "Jobs waiting and being executed", "state", |stats| {
		vec![("queued", stats.jobs.queued as u64), ("running", stats.jobs.running as u64)]
	}),
	("assay_engine_objects", "Results on disk, loaded models, living children", "kind", |stats| {
		vec![
			("results", stats.cache.entries as u64),
			("models", stats.models().count),
			("children", stats.children.len() as u64),
		]
	}),
	(
		"assay_engine_bytes",
		"Bytes of results on disk, of loaded models, of the children's memory",
		"kind",
		|stats| {
			vec![
				("results", stats.cache.bytes),
				("models", stats.models().bytes),
				("children", stats.children.iter().filter_map(|child| child.memory).sum()),
			]
		},
	),
];

/// Adds the engine's metrics to the node's.
pub fn register_metrics(engine: &Arc<Engine>, registry: &Registry) -> Result<(), PrometheusError> {
	let source = |values| Source { engine: engine.clone(), values };
	let options = |name, help, label: &str| Opts::new(name, help).variable_label(label);
	for (name, help, label, values) in COUNTERS {
		register(SourcedCounter::new(&options(name, help, label), source(values))?, registry)?;
	}
	for (name, help, label, values) in GAUGES {
		register(SourcedGauge::new(&options(name, help, label), source(values))?, registry)?;
	}
	Ok(())
}
