import Foundation
import Glibc
import TestSupport
import Testing

/// A running `podscore controller` with a free port.
///
/// A class because it owns the process.
private final class ControllerProcess {
    let port: Int
    private let process: ChildProcess
    private let errors: FileHandle
    private let folder: ScratchFolder
    /// The messages on standard error so far; all of them after the end.
    private(set) var messages = ""

    /// Starts the controller with a kubeconfig, and waits until it reports its address.
    init(kubeconfig: String, _ options: [String] = []) throws {
        folder = try ScratchFolder()
        let path = try folder.write(kubeconfig, to: "kubeconfig")
        let pipe = Pipe()
        errors = pipe.fileHandleForReading
        process = try ChildProcess(
            Run.podscore,
            ["controller", "--host", "127.0.0.1", "--ops-port", "0", "--kubeconfig", path] + options,
            output: .file(folder.file("output")),
            errors: .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        )
        try pipe.fileHandleForWriting.close()
        var port: Int?
        while port == nil {
            let part = errors.availableData
            guard !part.isEmpty else { break }
            messages += String(decoding: part, as: UTF8.self)
            port = messages.firstMatch(of: #/http://127\.0\.0\.1:(\d+)\n/#).flatMap { Int($0.1) }
        }
        self.port = try #require(port, "\(messages)")
    }

    /// Reads messages until one has a text.
    func wait(for text: String) throws {
        while !messages.contains(text) {
            let part = errors.availableData
            try #require(!part.isEmpty, "\(messages)")
            messages += String(decoding: part, as: UTF8.self)
        }
    }

    /// Fetches a page of the plain port.
    func page(_ path: String, accept: String = "*/*") throws -> Run {
        try Run(
            "/usr/bin/env",
            ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--include", "--header", "Accept: \(accept)"]
                + ["http://127.0.0.1:\(port)\(path)"]
        )
    }

    /// Ends the controller with a signal; returns its exit code.
    func stop(_ signal: Int32 = SIGTERM) throws -> Int32 {
        process.signal(signal)
        messages += String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
        return process.waitForEnd()
    }
}

extension Processes {
    /// `podscore controller`.
    @Suite struct ControllerCommandTests {
        private static func list(_ items: String...) -> ScriptedCluster.Answer {
            ScriptedCluster.Answer(body: #"{"kind":"List","metadata":{"resourceVersion":"9"},"items":[\#(items.joined(separator: ","))]}"#)
        }

        /// The answers of a cluster with a Pod and a policy.
        private static var answers: [String: ScriptedCluster.Answer] {
            let policy =
                #"{"metadata":{"name":"strict","uid":"p","resourceVersion":"1","creationTimestamp":"2026-11-28T08:00:00Z"},"#
                + #""spec":{"match":{"namespaces":["shop"]},"enforce":{"forbid":["HostPID"]}}}"#
            let pod =
                #"{"metadata":{"name":"web","namespace":"shop","uid":"u","resourceVersion":"1"},"#
                + #""spec":{"hostPID":true,"containers":[{"name":"a","image":"i"}]}}"#
            var answers = [
                "/apis/podscore.dev/v1alpha1/scorepolicies": list(policy), "/apis/podscore.dev/v1alpha1/scorewaivers": list(),
                "/api/v1/namespaces": list(#"{"metadata":{"name":"shop","uid":"n","resourceVersion":"1"}}"#), "/api/v1/pods": list(pod),
                "/api/v1/replicationcontrollers": list(),
            ]
            for plural in ["replicasets", "deployments", "daemonsets", "statefulsets"] { answers["/apis/apps/v1/\(plural)"] = list() }
            for plural in ["jobs", "cronjobs"] { answers["/apis/batch/v1/\(plural)"] = list() }
            return answers
        }

        private static let readOnly = ["--no-reports", "--no-status", "--no-events"]

        @Test func `A cluster is audited, and the plain port shows the result`() throws {
            let cluster = try ScriptedCluster(Self.answers)
            defer { cluster.stop() }
            let controller = try ControllerProcess(kubeconfig: cluster.kubeconfig, Self.readOnly)
            #expect(controller.messages.contains("; writing nothing\n"))
            try controller.wait(for: "audit complete: 1 Pods of 1 owners, 1 would be denied")
            #expect(try controller.page("/readyz").output.hasSuffix("ok\n"))
            #expect(try controller.page("/readyz?verbose").output.contains("[+]audit ok: waiting for the next one; last audit complete: "))
            let metrics = try controller.page("/metrics").output
            #expect(metrics.contains(#"podscore_audit_owners{namespace="shop",outcome="deny"} 1"#), "\(metrics)")
            #expect(metrics.contains(#"podscore_controller_passes_total{result="complete"} 1"#))
            #expect(metrics.contains(#"podscore_cluster_objects{resource="scorepolicies"} 1"#))
            let json = try controller.page("/audit").output
            #expect(json.contains(#""object": "Pod/web.shop""#) && json.contains("\nAge: "), "\(json)")
            #expect(try controller.page("/audit", accept: "text/plain").output.contains("denied by policy strict: forbidden: HostPID"))
            let html = try controller.page("/").output
            #expect(html.contains("<p>The cluster as it was ") && html.contains(" s ago, on 20") && html.contains(" UTC.</p>"), "\(html)")
            #expect(html.contains("Audit: waiting for the next one; last audit complete: 1 Pods of 1 owners, 1 would be denied"))
            #expect(html.contains("<h3>Pod<wbr>/web <small"))
            // Metrics are for more eyes than the audit.
            #expect(!metrics.contains(#""web"#))
            let start = ContinuousClock.now
            #expect(try controller.stop() == 0, "\(controller.messages)")
            #expect(ContinuousClock.now - start < .seconds(10))
        }

        @Test func `Without an API server it is ready, says what it waits for, and ends with status 0`() throws {
            let cluster = try ScriptedCluster([:])
            let kubeconfig = cluster.kubeconfig
            cluster.stop()
            let controller = try ControllerProcess(kubeconfig: kubeconfig)
            #expect(controller.messages.contains("; writing reports, status, Events\n"))
            #expect(try controller.page("/readyz").output.hasSuffix("ok\n"))
            let page = try controller.page("/readyz?verbose").output
            #expect(page.contains("[+]audit ok: waiting for the policies of the cluster; none has ended yet"), "\(page)")
            #expect(page.contains("scorepolicies: not listed yet"))
            #expect(try controller.page("/audit").status != 0)
            #expect(try controller.page("/").output.contains("<p>No audit is complete yet. Audit: waiting for the policies of the cluster"))
            #expect(try controller.stop(SIGINT) == 0, "\(controller.messages)")
        }

        @Test func `Policies of files win over those of the cluster`() throws {
            let cluster = try ScriptedCluster(Self.answers)
            defer { cluster.stop() }
            let folder = try ScratchFolder()
            let policy = try folder.write(
                """
                apiVersion: podscore.dev/v1alpha1
                kind: ScorePolicy
                metadata: {name: lax}
                spec:
                  match: {namespaces: [shop]}
                  enforce: {forbid: [HostNetwork]}

                """,
                to: "policy.yaml"
            )
            let controller = try ControllerProcess(kubeconfig: cluster.kubeconfig, Self.readOnly + ["--policy", policy])
            try controller.wait(for: "audit complete: 1 Pods of 1 owners, 0 would be denied")
            #expect(try controller.stop() == 0)
        }

        @Test func `A policy that is invalid and a kubeconfig that cannot be read end the start`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write("kind: ScorePolicy\n", to: "policy.yaml")
            let run = try Run(Run.podscore, ["controller", "--policy", policy, "--kubeconfig", folder.file("none")])
            #expect(run.status == 2)
            #expect(run.errors.contains("none"), "\(run.errors)")
            let kubeconfig = try folder.write(ScriptedCluster.unreachableKubeconfig, to: "kubeconfig")
            let invalid = try Run(Run.podscore, ["controller", "--policy", policy, "--kubeconfig", kubeconfig])
            #expect(invalid.status == 2)
            #expect(invalid.errors.contains("policy.yaml:1:1"), "\(invalid.errors)")
        }
    }
}
