import KubernetesAPI

/// Manifests whose names could become markup, an end of the page's own elements, or a script.
enum HostileManifest {
    /// The names; a text of a page must show each as it is written.
    static let names = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</pre></textarea></details></section>", "<!--",
        "]]>", "&lt;", "&#x3c;b&#x3e;", "javascript:x", "\u{202E}", "\0", "a\tb", "</title><base href=//x>", "`${x}`", "\\u003cb\\u003e",
        "{{x}}",
    ]

    /// Documents with a name at each place that a page shows: a Pod, an object of a kind without rules, and an invalid Pod.
    static func text(naming hostile: String) -> String {
        var json = JSONWriter()
        json.write("a\(hostile)b")
        let name = String(decoding: json.bytes, as: UTF8.self)
        return """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": \(name), "namespace": \(name)}, "spec": {"serviceAccountName": \(name),
              "containers": [{"name": \(name), "image": \(name), "securityContext": {"privileged": true,
               "capabilities": {"add": [\(name)]}}}], "volumes": [{"name": \(name), "hostPath": {"path": \(name)}}]}}
            ---
            {"apiVersion": "v1", "kind": \(name), "metadata": {"name": \(name)}}
            ---
            {"apiVersion": "v1", "kind": "Pod", \(name): 1, \(name): 2}

            """
    }
}
