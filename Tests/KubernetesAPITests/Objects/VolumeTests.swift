import Testing

@testable import KubernetesAPI

struct VolumeTests {
    @Test(arguments: VolumeField.allCases) func `Each kind of volume source has one bit, which gives its name back`(field: VolumeField) {
        let source = VolumeSources(field)
        #expect(source.rawValue.nonzeroBitCount == 1)
        #expect(source.names == [field.rawValue])
    }
}
