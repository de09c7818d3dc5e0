import ClusterAudit
import KubernetesAPI
import Platform
import Testing

@testable import ClusterController

/// Events that say that a Pod was denied.
struct FailedCreationTests {
    private typealias Fixture = EventFixture

    @Test func `An Event of a ReplicaSet is read`() throws {
        let creation = try #require(Fixture.creation(Fixture.json(count: 4, last: "2026-11-29T10:30:00Z")))
        #expect(creation.subject.title == "ReplicaSet/web-6f7d")
        #expect(creation.subject.namespace == "shop")
        #expect(creation.subject.uid == "uid-rs")
        #expect(creation.denial == Fixture.denial)
        #expect(creation.firstTime.inSeconds == Fixture.created)
        #expect(creation.lastTime.inSeconds == "2026-11-29T10:30:00Z")
        #expect(creation.count == 4)
    }

    @Test func `An Event of a Job in the newer form is read`() throws {
        let json = Fixture.json(
            kind: "Job",
            apiVersion: "batch/v1",
            subject: "daily-29",
            count: nil,
            series: (3, "2026-11-29T10:20:00.123456Z")
        )
        let creation = try #require(Fixture.creation(json))
        #expect(creation.count == 3)
        #expect(creation.lastTime.inSeconds == "2026-11-29T10:20:00Z")
    }

    @Test(arguments: [
        Fixture.json(reason: "FailedMount"),
        Fixture.json(message: "Error creating: exceeded quota"),
        Fixture.json(message: Fixture.message(webhook: "pods.example.com")),
        Fixture.json(message: Fixture.message(webhook: "pods.notpodscore.dev")),
        Fixture.json(message: #"Error creating: admission webhook "pods.podscore.dev" does not answer"#),
        Fixture.json(message: #"Error creating: admission webhook "pods.podscore.dev" denied the request: "#),
        // Top owners themselves: kubectl describe shows the Event there.
        Fixture.json(kind: "DaemonSet"), Fixture.json(kind: "StatefulSet"), Fixture.json(kind: "Deployment"),
        Fixture.json(kind: "ReplicationController", apiVersion: "v1"),
        // Kinds of the same name in other groups.
        Fixture.json(apiVersion: "example.com/v1"), Fixture.json(kind: "Job", apiVersion: "apps/v1"),
        Fixture.json(uid: ""), Fixture.json(involvedNamespace: "other"), Fixture.json(involvedNamespace: ""),
    ])
    func `Other Events are none of ours`(json: String) {
        #expect(Fixture.creation(json) == nil)
    }

    @Test(arguments: [
        "Error creating: ", "(combined from similar events): Error creating: ", "create Pod web-0 failed error: ",
    ])
    func `The text before the webhook makes no difference`(beginning: String) {
        let message = Fixture.message().replacing("Error creating: ", with: beginning)
        #expect(Fixture.creation(Fixture.json(message: message))?.denial == Fixture.denial)
    }

    @Test func `A hostile text is shown on one line, and cut`() throws {
        let denial = "a\nb \u{1B}[31m \u{202E}" + String(repeating: "é", count: 10_000)
        let creation = try #require(Fixture.creation(Fixture.json(message: Fixture.message(denial))))
        #expect(creation.denial.hasPrefix(#"a\u{A}b \u{1B}[31m \u{202E}é"#))
        #expect(creation.denial.utf8.count <= 1_024)
        #expect(!creation.denial.unicodeScalars.contains { VisibleText.isHidden($0) })
    }

    @Test(arguments: [
        ("2099-01-01T00:00:00Z", "2026-11-29T11:00:00Z"), ("1999-01-01T00:00:00Z", "2026-11-29T10:00:00Z"),
        ("tomorrow", "2026-11-29T10:00:00Z"),
    ])
    func `The latest time is not believed before the Event's creation, nor in the future`(last: String, expected: String) {
        #expect(Fixture.creation(Fixture.json(last: last))?.lastTime.inSeconds == expected)
    }

    @Test(arguments: [(-5, 1), (0, 1), (2_000_000_000, 1_000_000)]) func `The count has bounds`(count: Int, expected: Int) {
        #expect(Fixture.creation(Fixture.json(count: count))?.count == expected)
    }

    @Test(arguments: [
        "{}", #"{"metadata":{"name":"e","uid":"u","resourceVersion":"7"},"reason":"FailedCreate"}"#,
        #"{"metadata":{"name":"e","uid":"u","resourceVersion":"7"},"involvedObject":null,"reason":"FailedCreate","message":null,"series":null}"#,
        #"{"metadata":{"name":"e","uid":"u","resourceVersion":"7"},"involvedObject":[],"reason":"FailedCreate"}"#,
    ])
    func `An Event without its parts, or with others, is none`(json: String) {
        #expect(Fixture.creation(json) == nil)
    }
}

/// The Event on the owner.
struct DenialEventTests {
    private typealias Fixture = EventFixture

    private static func event(note: String = "no", count: Int = 1) -> DenialEvent {
        let (first, last) = (UnixTime(seconds: 1_795_946_400), UnixTime(seconds: 1_795_950_000))
        return DenialEvent(owner: Fixture.owner(), note: note, firstTime: first, lastTime: last, count: count)
    }

    @Test func `The object is that of the newer API, with a series from the second denial on`() {
        let name = Self.event().name
        let expected =
            #"{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"\#(name)","namespace":"shop"},"#
            + #""eventTime":"2026-11-29T10:00:00.000000Z","reportingController":"podscore.dev/controller","#
            + #""reportingInstance":"podscore-controller","action":"CreatePod","reason":"PodsDenied","type":"Warning","#
            + #""regarding":{"apiVersion":"apps/v1","kind":"Deployment","namespace":"shop","name":"web","uid":"uid-web"},"note":"no""#
        #expect(String(decoding: Self.event().json, as: UTF8.self) == expected + "}")
        #expect(
            String(decoding: Self.event(count: 3).json, as: UTF8.self)
                == expected + #","series":{"count":3,"lastObservedTime":"2026-11-29T11:00:00.000000Z"}}"#
        )
    }

    @Test func `The name stays when the count rises, and is another one for another note`() {
        #expect(Self.event().name == Self.event(count: 9).name)
        #expect(Self.event().name != Self.event(note: "other").name)
        #expect(Self.event().name.wholeMatch(of: /podscore-[0-9a-f]{16}/) != nil)
    }

    // A validating webhook sees the generated name of a Pod. A review without one shows a star.
    @Test(arguments: ["*", "x44hd", "0-p8mf5"])
    func `The note names the owner, because each roll-out has another ReplicaSet, and each attempt another Pod`(end: String) throws {
        let denial = "Pod shop/web-6f7d-\(end) scores 4 of 21, below the minimum 9 of policy shop"
        let creation = try #require(Fixture.creation(Fixture.json(message: Fixture.message(denial))))
        let note = DenialEvent.note(creation, on: Fixture.owner())
        #expect(note == "Pod shop/web-* scores 4 of 21, below the minimum 9 of policy shop")
        let other = try #require(Fixture.creation(Fixture.json(message: Fixture.message("Pod shop/web-6f7dx-* scores 4"))))
        #expect(DenialEvent.note(other, on: Fixture.owner()) == "Pod shop/web-6f7dx-* scores 4")
    }

    @Test func `A note has at most 1 024 bytes, whatever the owner's name`() throws {
        let denial = "Pod shop/web-6f7d-* " + String(repeating: "é", count: 600)
        let creation = try #require(Fixture.creation(Fixture.json(message: Fixture.message(denial))))
        let note = DenialEvent.note(creation, on: Fixture.owner(String(repeating: "w", count: 200)))
        #expect(note.utf8.count <= 1_024)
        #expect(note.hasSuffix("é…"))
    }
}
