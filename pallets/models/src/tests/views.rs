//! What runtime APIs answer.

use super::*;
use assay_primitives::{api::ModelRef, traits::Models as _};

fn named(number: Option<u32>) -> ModelRef {
	ModelRef::Name(model_name("alice", "digits"), number)
}

#[test]
fn resolve_should_find_the_latest_version_that_takes_requests() {
	run(|| {
		assert_eq!(Models::resolve(named(None)), None);
		for _ in 0..3 {
			register();
		}
		assert_eq!(Models::resolve(named(None)), Some(2));
		assert_eq!(Models::resolve(named(Some(1))), Some(0));
		assert_eq!(Models::resolve(named(Some(4))), None);
		assert_eq!(Models::resolve(ModelRef::Id(1)), Some(1));
		assert_eq!(Models::resolve(ModelRef::Id(3)), None);
		assert_ok!(Models::deprecate(origin(10), 2));
		assert_ok!(Models::deprecate(origin(10), 1));
		assert_eq!(Models::resolve(named(None)), Some(0));
		// A deprecated version can still be looked at.
		assert_eq!(Models::resolve(named(Some(3))), Some(2));
		assert_ok!(Models::deprecate(origin(10), 0));
		assert_eq!(Models::resolve(named(None)), None);
	});
}

#[test]
fn info_should_describe_a_version() {
	run(|| {
		let version = register();
		assert_ok!(serve(1, version));
		let info = Models::info(version).expect("registered above");
		assert_eq!((info.id, info.number, info.name), (0, 1, model_name("alice", "digits")));
		assert_eq!((info.owner, info.manifest.clone()), (account(10), manifest()));
		assert_eq!((info.registered_at, info.deprecated, info.servers), (1, false, 1));
		assert_eq!(info.deposit, held(10) - NAMESPACE_DEPOSIT);
		assert_eq!(Models::info(version + 1), None);
		assert_eq!(Models::manifest(version), Some(manifest()));
		assert_eq!(Models::manifest(version + 1), None);
		assert!(Models::is_deprecated(version + 1), "an unknown version takes no requests");
	});
}

#[test]
fn list_should_page_and_be_bounded() {
	run(|| {
		for _ in 0..5 {
			register();
		}
		let ids =
			|start, limit| Models::list(start, limit).into_iter().map(|info| info.id).collect::<Vec<_>>();
		assert_eq!(ids(0, 2), [0, 1]);
		assert_eq!(ids(3, 100), [3, 4]);
		assert_eq!(ids(5, 100), [0u32; 0]);
		assert_eq!(ids(u32::MAX, u32::MAX), [0u32; 0]);
	});
}
