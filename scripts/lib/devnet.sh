# A one-node development chain in a temporary directory. Needs common.sh.

# json TEXT FIELD: a field of a JSON object, as plain text.
json() {
	python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$1" "$2"
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_devnet: sets NODE_PID, DEVNET_DIR, ASSAY_NODE and ASSAY_STORE; the node ends with the script.
start_devnet() {
	DEVNET_DIR=$(mktemp -d -t assay-XXXXXX)
	local port
	port=$(free_port)
	export ASSAY_NODE=ws://127.0.0.1:$port ASSAY_STORE=$DEVNET_DIR/store
	trap stop_devnet EXIT
	say "starting a development chain at $ASSAY_NODE"
	"$BIN/assay-node" --dev --base-path "$DEVNET_DIR/chain" --rpc-port "$port" --port "$(free_port)" \
		--no-prometheus --no-telemetry >"$DEVNET_DIR/node.log" 2>&1 &
	NODE_PID=$!
	# An inner wait of this shell would otherwise report the end of the node.
	disown "$NODE_PID"
	local tries=0
	until "$BIN/assay" model list >/dev/null 2>&1; do
		kill -0 "$NODE_PID" 2>/dev/null || {
			tail -n 20 "$DEVNET_DIR/node.log" >&2
			fail "the node did not start" "read the last lines of its log above"
		}
		tries=$((tries + 1))
		[ "$tries" -lt 120 ] || fail "the node gave no block for 60 s" "read $DEVNET_DIR/node.log"
		sleep 0.5
	done
}

stop_devnet() {
	[ -n "${NODE_PID:-}" ] || return 0
	kill "$NODE_PID" 2>/dev/null || true
	while kill -0 "$NODE_PID" 2>/dev/null; do sleep 0.1; done
	NODE_PID=
	rm -rf "$DEVNET_DIR"
}

assay() { "$BIN/assay" "$@"; }
