//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{
	ByName, HoldReason, Latest, Leaf, Namespace, Namespaces, NextVersion, NodeSums, Pools, Servers, Serves,
};
use frame_support::traits::{fungible::MutateHold, tokens::Precision};
use sp_runtime::TryRuntimeError;

/// Two versions of a model, the first served by three operators and the second by one; `corrupt` breaks something;
/// `try_state` has to say what.
fn detects(expected: &'static str, corrupt: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		for version in [register(), register()] {
			assert_ok!(serve(1, version));
		}
		assert_ok!(serve(2, 0));
		assert_ok!(serve(3, 0));
		assert_ok!(Models::do_try_state());
		corrupt();
		assert_eq!(Models::do_try_state(), Err(TryRuntimeError::Other(expected)));
	});
}

#[test]
fn try_state_should_detect_a_namespace_that_holds_too_much() {
	detects("what a namespace holds differs from the deposits of its name and versions", || {
		Namespaces::<Test>::mutate_extant(label("alice"), |namespace| namespace.held += 1);
	});
}

#[test]
fn try_state_should_detect_a_version_in_nobodys_namespace() {
	detects("a version is in a namespace that nobody owns", || {
		Namespaces::<Test>::remove(label("alice"));
	});
}

#[test]
fn try_state_should_detect_a_released_deposit() {
	detects("the hold of an account differs from the deposits of its namespaces", || {
		assert_ok!(Balances::release(&HoldReason::Deposit.into(), &account(10), 1, Precision::Exact));
	});
}

#[test]
fn try_state_should_detect_a_deposit_without_namespace() {
	detects("the hold of an account differs from the deposits of its namespaces", || {
		assert_ok!(Balances::hold(&HoldReason::Deposit.into(), &account(11), 1));
	});
}

#[test]
fn try_state_should_detect_a_namespace_of_nobody() {
	detects("a namespace belongs to an account that does not exist", || {
		Namespaces::<Test>::insert(label("bob"), Namespace { owner: account(99), deposit: 1, held: 1 });
	});
}

#[test]
fn try_state_should_detect_a_number_not_given_out() {
	detects("a version has a number that was not given out", || NextVersion::<Test>::put(1));
}

#[test]
fn try_state_should_detect_a_version_that_is_gone() {
	detects("a number was given out for a version that is gone", || NextVersion::<Test>::put(3));
}

#[test]
fn try_state_should_detect_a_version_without_name() {
	detects("a version is not found by its name", || {
		ByName::<Test>::remove(model_name("alice", "digits"), 1);
	});
}

#[test]
fn try_state_should_detect_a_name_after_the_latest() {
	detects("a name leads to a version after the latest", || {
		ByName::<Test>::insert(model_name("alice", "digits"), 3, 0);
	});
}

#[test]
fn try_state_should_detect_a_gap_in_the_numbers() {
	detects("the versions of a model are not numbered without gaps", || {
		Latest::<Test>::insert(model_name("alice", "digits"), 3);
	});
}

#[test]
fn try_state_should_detect_two_names_of_one_version() {
	detects("two names lead to one version", || {
		ByName::<Test>::insert(model_name("alice", "letters"), 1, 0);
		Latest::<Test>::insert(model_name("alice", "letters"), 1);
	});
}

#[test]
fn try_state_should_detect_an_empty_list() {
	detects("an operator is kept that serves nothing", || {
		Serves::<Test>::insert(account(4), sp_runtime::BoundedVec::new());
	});
}

#[test]
fn try_state_should_detect_a_version_served_twice() {
	detects("an operator serves a version twice", || {
		Serves::<Test>::mutate(account(1), |served| served.try_push(0).expect("room for one more"));
	});
}

#[test]
fn try_state_should_detect_an_operator_missing_among_the_servers() {
	detects("an operator is not among the servers of a version that it serves", || {
		Serves::<Test>::mutate(account(2), |served| served.try_push(1).expect("room for two more"));
	});
}

#[test]
fn try_state_should_detect_a_server_that_does_not_serve() {
	detects("a version has a server that does not serve it", || Serves::<Test>::remove(account(2)));
}

#[test]
fn try_state_should_detect_servers_of_no_version() {
	detects("a version that does not exist is served", || NodeSums::<Test>::insert(7, 1, 0));
}

#[test]
fn try_state_should_detect_a_wrong_number_of_servers() {
	detects("the number of servers differs from the number of leaves", || {
		Pools::<Test>::mutate(0, |pool| pool.servers += 1);
	});
}

#[test]
fn try_state_should_detect_a_gap_among_the_leaves() {
	detects("the leaves of a version are not numbered without gaps", || {
		let last = Servers::<Test>::take(0, 2).expect("three servers");
		Servers::<Test>::insert(0, 9, last);
	});
}

#[test]
fn try_state_should_detect_a_server_that_leads_elsewhere() {
	detects("a server does not lead to its leaf", || Leaf::<Test>::insert(0, account(1), 2));
}

#[test]
fn try_state_should_detect_a_weight_that_is_not_the_stake() {
	detects("the weight of a server differs from its stake", || {
		Servers::<Test>::mutate(0, 1, |server| server.as_mut().expect("three servers").weight += 1);
	});
}

#[test]
fn try_state_should_detect_a_wrong_total_weight() {
	detects("the weight of a version differs from that of its servers", || {
		Pools::<Test>::mutate(0, |pool| pool.weight -= 1);
	});
}

#[test]
fn try_state_should_detect_a_node_too_many() {
	detects("a sum tree has more or fewer nodes than leaves", || NodeSums::<Test>::insert(0, 4, 0));
}

#[test]
fn try_state_should_detect_a_wrong_node() {
	detects("a node of a sum tree differs from the sum of its leaves", || {
		NodeSums::<Test>::mutate(0, 2, |sum| *sum += 1);
	});
}
