import PodScoring
import Testing

/// A profile counts only if it confines the container.
@Suite struct ProfileTests {
    @Test(arguments: [
        (#"{"type": "RuntimeDefault"}"#, true, false), (#"{"type": "Localhost", "localhostProfile": "p"}"#, true, false),
        (#"{"type": "Localhost"}"#, false, false), (#"{"type": "Localhost", "localhostProfile": ""}"#, false, false),
        (#"{"type": "Localhost", "localhostProfile": null}"#, false, false), (#"{"type": "Unconfined"}"#, false, true),
        (#"{"type": "unconfined"}"#, false, false), (#"{"type": "runtimeDefault"}"#, false, false), (#"{"type": "Bogus"}"#, false, false),
        (#"{"type": ""}"#, false, false), (#"{"localhostProfile": "p"}"#, false, false), ("{}", false, false), ("null", false, false),
    ])
    func `Only RuntimeDefault, and Localhost with its profile, confine`(profile: String, confines: Bool, isUnconfined: Bool) throws {
        let settings = #"{"seccompProfile": \#(profile), "appArmorProfile": \#(profile)}"#
        for subject in [
            try ScoringSubject.container(settings),
            try ScoringSubject.pod(#"{"securityContext": \#(settings), "containers": [{}, {}]}"#),
        ] {
            for name in ["Seccomp", "Apparmor"] {
                #expect(Ruleset.podscoreV1.holds(name + "Any", subject) == confines)
                #expect(Ruleset.podscoreV1.holds(name + "Unconfined", subject) == !isUnconfined)
            }
        }
    }

    @Test(arguments: [
        ("runtime/default", true, false), ("localhost/web", true, false), ("unconfined", false, true), ("localhost/", false, false),
        ("", false, false), ("Unconfined", false, false), ("RuntimeDefault", false, false),
    ])
    func `A legacy AppArmor annotation in a manifest applies to its container`(value: String, confines: Bool, isUnconfined: Bool) throws {
        let annotations = #"{"container.apparmor.security.beta.kubernetes.io/app": "\#(value)"}"#
        let subject = try ScoringSubject.pod(#"{"containers": [{"name": "app"}]}"#, annotations: annotations)
        #expect(Ruleset.podscoreV1.holds("ApparmorAny", subject) == confines)
        #expect(Ruleset.podscoreV1.holds("ApparmorUnconfined", subject) == !isUnconfined)
    }

    private static let runtimeDefault = #"{"appArmorProfile": {"type": "RuntimeDefault"}}"#

    @Test(arguments: [
        // The precedence of the API server: the container's field, the annotation, the Pod's field.
        (#"{"containers": [{"name": "app", "securityContext": \#(runtimeDefault)}]}"#, "unconfined", true),
        (#"{"containers": [{"name": "app"}], "securityContext": \#(runtimeDefault)}"#, "unconfined", false),
        (#"{"containers": [{"name": "app"}], "securityContext": \#(runtimeDefault)}"#, "nonsense", true),
        (#"{"containers": [{"name": "app"}, {"name": "app2"}]}"#, "runtime/default", false),
        (#"{"initContainers": [{"name": "app"}]}"#, "runtime/default", true),
    ])
    func `A container's field overrides its annotation, which overrides the Pod's field`(spec: String, value: String, holds: Bool) throws {
        let annotations = #"{"container.apparmor.security.beta.kubernetes.io/app": "\#(value)"}"#
        #expect(Ruleset.podscoreV1.holds("ApparmorAny", try .pod(spec, annotations: annotations)) == holds)
    }

    @Test func `Annotations of an admitted Pod do not count, because the API server has copied them to fields`() throws {
        let annotations = #"{"container.apparmor.security.beta.kubernetes.io/app": "runtime/default"}"#
        let subject = try ScoringSubject.pod(#"{"containers": [{"name": "app"}]}"#, annotations: annotations, context: .admittedPod)
        #expect(!Ruleset.podscoreV1.holds("ApparmorAny", subject))
    }

    @Test func `Legacy seccomp annotations do not count`() throws {
        let annotations = #"{"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}"#
        let subject = try ScoringSubject.pod(#"{"containers": [{"name": "app"}]}"#, annotations: annotations)
        #expect(!Ruleset.podscoreV1.holds("SeccompAny", subject))
    }
}
