import AdmissionPolicy
import ClusterAudit
import KubernetesAPI
import Platform

/// The Event that tells the owner of a Deployment or CronJob that its Pods are denied.
///
/// `kubectl describe` shows it, as it selects Events by the UID of the object.
struct DenialEvent: Sendable, Equatable {
    /// The reason.
    static let reason = "PodsDenied"
    /// The longest note that Kubernetes takes, in bytes.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/events.go>
    private static let noteByteLimit = 1_024

    /// The Deployment, CronJob or other controller.
    let owner: OwnerIdentity
    /// The denial.
    let note: String
    /// When the first denial was.
    let firstTime: UnixTime
    /// When the latest denial was.
    let lastTime: UnixTime
    /// The number of denials.
    let count: Int

    /// The denial in an Event.
    ///
    /// The name of the owner stands in place of that of the Pod: the ReplicaSet or Job in it is another one after each roll-out or run, and
    /// its end after each attempt.
    static func note(_ creation: FailedCreation, on owner: OwnerIdentity) -> String {
        let (namespace, denial) = (creation.subject.namespace ?? "", creation.denial)
        let beginning = "Pod \(namespace)/\(creation.subject.name)-"
        guard denial.beginsWithBytes(of: beginning) else { return DisplayText.truncated(denial, byteLimit: noteByteLimit) }
        let rest = denial.utf8.dropFirst(beginning.utf8.count).drop { $0 != UInt8(ascii: " ") }
        return DisplayText.truncated("Pod \(namespace)/\(owner.name)-*\(String(decoding: rest, as: UTF8.self))", byteLimit: noteByteLimit)
    }

    /// The name of the Event: the same for the same denials, so that another write raises the count.
    ///
    /// Kubernetes lets nobody change the note and the other texts of an Event, so they are part of the name.
    var name: String {
        "podscore-\(FNV1a.hexDigits(of: [owner.uid, Self.reason, note, firstTime.inSeconds]))"
    }

    /// The object for server-side apply.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("apiVersion", "events.k8s.io/v1")
        json.member("kind", "Event")
        json.key("metadata")
        json.beginObject()
        json.member("name", name)
        json.member("namespace", owner.namespace)
        json.endObject()
        json.member("eventTime", Self.micro(firstTime))
        json.member("reportingController", "podscore.dev/controller")
        json.member("reportingInstance", "podscore-controller")
        json.member("action", "CreatePod")
        json.member("reason", Self.reason)
        json.member("type", "Warning")
        json.key("regarding")
        json.beginObject()
        json.member("apiVersion", owner.apiVersion)
        json.member("kind", owner.kind)
        json.member("namespace", owner.namespace)
        json.member("name", owner.name)
        json.member("uid", owner.uid)
        json.endObject()
        json.member("note", note)
        // A series has at least two.
        if count > 1 {
            json.key("series")
            json.beginObject()
            json.member("count", count)
            json.member("lastObservedTime", Self.micro(lastTime))
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }

    /// A time with six digits of its second, as this API wants it.
    private static func micro(_ time: UnixTime) -> String { "\(time.inSeconds.dropLast()).000000Z" }
}
