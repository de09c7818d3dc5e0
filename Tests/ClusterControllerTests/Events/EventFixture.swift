import Cluster
import ClusterAudit
import KubernetesAPI
import Platform

@testable import ClusterController

/// Events about Pods that could not be created.
enum EventFixture {
    static let created = "2026-11-29T10:00:00Z"
    /// An hour after ``created``.
    static let now = UnixTime(seconds: 1_795_950_000)
    static let denial = "Pod shop/web-6f7d-* scores 4 of 21, below the minimum 9 of policy shop"

    static func message(_ denial: String = denial, webhook: String = "pods.podscore.dev") -> String {
        #"Error creating: admission webhook "\#(webhook)" denied the request: \#(denial)"#
    }

    /// The JSON of an Event.
    static func json(
        _ name: String = "e",
        kind: String = "ReplicaSet",
        apiVersion: String = "apps/v1",
        subject: String = "web-6f7d",
        uid: String = "uid-rs",
        reason: String = "FailedCreate",
        message: String = message(),
        namespace: String = "shop",
        involvedNamespace: String? = nil,
        count: Int? = 1,
        last: String? = nil,
        series: (count: Int, last: String)? = nil
    ) -> String {
        let escaped = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("\u{1B}", with: "\\u001B")
        let last = last.map { #","lastTimestamp":"\#($0)""# } ?? #","lastTimestamp":null"#
        let count = count.map { #","count":\#($0)"# } ?? ""
        let series = series.map { #","series":{"count":\#($0.count),"lastObservedTime":"\#($0.last)"}"# } ?? ""
        return #"{"apiVersion":"v1","kind":"Event","metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"uid-\#(name)","#
            + #""resourceVersion":"7","creationTimestamp":"\#(created)"},"involvedObject":{"apiVersion":"\#(apiVersion)","kind":"\#(kind)","#
            + #""namespace":"\#(involvedNamespace ?? namespace)","name":"\#(subject)","uid":"\#(uid)"},"reason":"\#(reason)","#
            + #""message":"\#(escaped)","type":"Warning"\#(count)\#(last)\#(series)}"#
    }

    /// Reads an Event.
    static func creation(_ json: String, at now: UnixTime = now) -> FailedCreation? {
        let bytes = Array(json.utf8)
        guard let header = try? ObjectHeader(reading: bytes.span) else { return nil }
        return FailedCreation(reading: bytes.span, header, at: now)
    }

    static func owner(_ name: String = "web", uid: String = "uid-web", namespace: String = "shop") -> OwnerIdentity {
        OwnerIdentity(namespace: namespace, group: "apps", version: "v1", kind: "Deployment", name: name, uid: uid)
    }
}
