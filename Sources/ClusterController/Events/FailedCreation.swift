import AdmissionPolicy
import Cluster
import ClusterAudit
import KubernetesAPI
import Platform

/// An Event that says that Podscore denied a Pod of a ReplicaSet or Job.
///
/// Anybody with the right to create Events can write one. It is believed no further than that: the ReplicaSet or Job is looked up, and the
/// text is shown as a text.
struct FailedCreation: Sendable, Equatable {
    /// The reason of the Events that controllers write when they cannot create a Pod.
    static let reason = "FailedCreate"
    /// The longest denial that is kept, in bytes; more does not fit into an Event.
    private static let denialByteLimit = 1_024
    /// The most bytes of a message that are looked at; those of Kubernetes are shorter.
    private static let messageByteLimit = 4_096
    /// The largest number of denials that is shown.
    private static let countLimit: Int64 = 1_000_000

    /// The ReplicaSet or Job that cannot create its Pods, as the Event names it.
    let subject: OwnerIdentity
    /// The denial, on one line.
    let denial: String
    /// When the Event was created, by the API server's clock.
    let firstTime: UnixTime
    /// When the latest denial was, as the Event says, from ``firstTime`` to now.
    let lastTime: UnixTime
    /// The number of denials, as the Event says.
    let count: Int

    private enum Field: String, FieldName {
        case involvedObject, reason, message, count, series, lastTimestamp
        case apiVersion, kind, namespace, name, uid
        case lastObservedTime
        static let table = FieldTable<Self>()
    }

    /// The fields as they were read.
    private struct Fields {
        var subject = ControllerReference()
        var namespace = ""
        var reason = ""
        var message = ""
        var count: Int64 = 1
        var last = ""
    }

    /// Reads an Event of the core API; `nil` for one that is not about a denial of ours, or not about a ReplicaSet or Job.
    ///
    /// Other kinds are top owners themselves, so `kubectl describe` shows the Event already.
    init?(reading event: Span<UInt8>, _ header: ObjectHeader, at now: UnixTime) {
        guard !header.isCut, let fields = try? Self.fields(of: event), fields.reason.hasSameBytes(as: Self.reason) else { return nil }
        let subject = OwnerIdentity(fields.subject, inNamespace: fields.namespace)
        // An Event stands in the Namespace of its object.
        guard let kind = subject.workloadKind, kind == .replicaSet || kind == .job, !subject.uid.isEmpty,
            !fields.namespace.isEmpty, fields.namespace.hasSameBytes(as: header.namespace),
            let denial = Self.denial(in: fields.message), let created = Timestamp.unixSeconds(of: header.creationTimestamp)
        else { return nil }
        self.subject = subject
        self.denial = DisplayText.oneLine(denial, byteLimit: Self.denialByteLimit)
        firstTime = UnixTime(seconds: created)
        lastTime = UnixTime(seconds: max(created, min(Timestamp.unixSeconds(of: fields.last) ?? created, now.seconds)))
        count = Int(min(max(1, fields.count), Self.countLimit))
    }

    /// The denial in a message such as `Error creating: admission webhook "pods.podscore.dev" denied the request: …`.
    ///
    /// `nil` for one of another webhook.
    private static func denial(in message: String) -> String? {
        let parts = message.cut(toBytes: messageByteLimit).split(
            separator: "admission webhook \"",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2 else { return nil }
        let rest = parts[1].split(separator: "\" denied the request: ", maxSplits: 1, omittingEmptySubsequences: false)
        guard rest.count == 2, rest[0].hasSuffix(".podscore.dev"), !rest[1].isEmpty else { return nil }
        return String(rest[1])
    }

    private static func fields(of event: Span<UInt8>) throws(DecodingFailure) -> Fields {
        var fields = Fields()
        var reader = JSONReader(event)
        reader.start()
        guard var cursor = try reader.beginObject() else { return fields }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .involvedObject: try readSubject(&reader, &fields)
            case .reason: fields.reason = try reader.readString() ?? ""
            case .message: fields.message = try reader.readString() ?? ""
            case .count: fields.count = max(fields.count, try reader.readInteger() ?? 0)
            case .lastTimestamp: if let last = try reader.readString(), fields.last.isEmpty { fields.last = last }
            case .series: try readSeries(&reader, &fields)
            case .apiVersion, .kind, .namespace, .name, .uid, .lastObservedTime: _ = try reader.skipValue()
            }
        }
        return fields
    }

    private static func readSubject(_ reader: inout JSONReader, _ fields: inout Fields) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .apiVersion: fields.subject.apiVersion = try reader.readString() ?? ""
            case .kind: fields.subject.kind = try reader.readString() ?? ""
            case .namespace: fields.namespace = try reader.readString() ?? ""
            case .name: fields.subject.name = try reader.readString() ?? ""
            case .uid: fields.subject.uid = try reader.readString() ?? ""
            default: _ = try reader.skipValue()
            }
        }
    }

    /// Reads the series of an Event in the newer form, whose time comes before `lastTimestamp`.
    private static func readSeries(_ reader: inout JSONReader, _ fields: inout Fields) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .count: fields.count = max(fields.count, try reader.readInteger() ?? 0)
            case .lastObservedTime: if let last = try reader.readString() { fields.last = last }
            default: _ = try reader.skipValue()
            }
        }
    }
}
