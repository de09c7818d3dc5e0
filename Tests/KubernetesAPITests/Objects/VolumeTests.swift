import Testing

@testable import KubernetesAPI

struct VolumeTests {
    @Test("Each kind of source has a bit of its own, which names its field", arguments: VolumeField.allCases)
    func bits(field: VolumeField) {
        let source = VolumeSources(field)
        #expect(source.rawValue.nonzeroBitCount == 1)
        #expect(source.names == [field.rawValue])
    }
}
