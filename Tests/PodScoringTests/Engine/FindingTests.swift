import KubernetesAPI
import Testing

@testable import PodScoring

struct FindingTests {
    @Test func `The pattern of a field is the field without the index`() {
        let port = Finding(.container(.containers, 2), .hostPort, at: 3)
        #expect((port.field, port.fieldPattern) == ("ports[3].hostPort", "ports[].hostPort"))
        let claims = Finding(.object, "spec.volumeClaimTemplates")
        #expect((claims.field, claims.fieldPattern) == ("spec.volumeClaimTemplates", "spec.volumeClaimTemplates"))
    }
}
