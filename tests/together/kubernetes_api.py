# SPDX-License-Identifier: Apache-2.0
"""The answers of a Kubernetes API server with one node and one deployment of three pods, for kube-state-metrics: lists, and watches that stay silent.

It stands in for a cluster, which takes more than a process to have.
"""

import contextlib
import http.server
import json
import threading
import time
import urllib.parse

NAMESPACE, NODE, DEPLOYMENT = "shop", "node-1", "web"
PODS = ("web-7d4b9c-x2x7k", "web-7d4b9c-q8w5z", "web-7d4b9c-m4k9t")
# The third one is silent.
SENDING = PODS[:2]
SET = "web-7d4b9c"
BEGAN = "2026-01-02T03:04:05Z"
WATCH_SECONDS = 600


def metadata(name, namespace=None, owner=None):
    made = {"name": name, "uid": f"uid-of-{name}", "creationTimestamp": BEGAN, "resourceVersion": "1", "labels": {"app": DEPLOYMENT}}
    if namespace:
        made["namespace"] = namespace
    if owner:
        made["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": f"uid-of-{owner[1]}", "controller": True}]
    return made


def pod(name, number):
    container = f"{number}" * 64
    return {
        "metadata": metadata(name, NAMESPACE, ("ReplicaSet", SET)),
        "spec": {"nodeName": NODE, "containers": [{"name": "app", "image": "shop/web:1", "resources": {}}]},
        "status": {"phase": "Running", "podIP": f"10.1.0.{number}", "hostIP": "10.0.0.1", "startTime": BEGAN,
                   "containerStatuses": [{"name": "app", "image": "shop/web:1", "imageID": "sha256:1", "ready": True, "restartCount": 0,
                                          "containerID": f"containerd://{container}", "state": {"running": {"startedAt": BEGAN}}}]},
    }


def workload(name, owner=None):
    template = {"metadata": {"labels": {"app": DEPLOYMENT}}, "spec": {"containers": [{"name": "app", "image": "shop/web:1"}]}}
    return {"metadata": metadata(name, NAMESPACE, owner), "spec": {"replicas": len(PODS), "selector": {"matchLabels": {"app": DEPLOYMENT}}, "template": template},
            "status": {"replicas": len(PODS), "readyReplicas": len(PODS), "availableReplicas": len(PODS)}}


# path -> (kind, version, items)
LISTS = {
    "/api/v1/pods": ("Pod", "v1", [pod(name, number) for number, name in enumerate(PODS, 1)]),
    "/api/v1/nodes": ("Node", "v1", [{"metadata": metadata(NODE), "spec": {}, "status": {"nodeInfo": {"kubeletVersion": "v1.34.0"}}}]),
    "/api/v1/namespaces": ("Namespace", "v1", [{"metadata": metadata(NAMESPACE), "status": {"phase": "Active"}}]),
    "/api/v1/services": ("Service", "v1", []),
    "/apis/apps/v1/deployments": ("Deployment", "apps/v1", [workload(DEPLOYMENT)]),
    "/apis/apps/v1/replicasets": ("ReplicaSet", "apps/v1", [workload(SET, ("Deployment", DEPLOYMENT))]),
}
OTHERS = {
    "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "platform": "linux/amd64"},
    "/healthz": {}, "/livez": {}, "/readyz": {},
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        parameters = urllib.parse.parse_qs(query)
        if path in OTHERS:
            return self.answer(200, OTHERS[path])
        if path not in LISTS:
            return self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})
        if "sendInitialEvents" in parameters:
            # A server without WatchList: clients list instead.
            return self.answer(422, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422})
        if parameters.get("watch"):
            return self.watch()
        kind, version, items = LISTS[path]
        return self.answer(200, {"kind": f"{kind}List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": items})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def watch(self):
        """Nothing changes."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        self.server.over.wait(WATCH_SECONDS)
        self.close_connection = True

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def running():
    """Yields its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.over = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        time.sleep(0.1)
        server.server_close()
