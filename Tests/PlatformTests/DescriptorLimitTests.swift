import Testing

@testable import Platform

struct DescriptorLimitTests {
    @Test func `The limit is as high as it may be`() throws {
        let raised = try #require(DescriptorLimit.raise())
        #expect(ProcessFacts.current?.descriptorLimit == Int64(raised))
        #expect(DescriptorLimit.raise() == raised)
    }
}
