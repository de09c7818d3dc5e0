import Testing

@testable import Platform

struct DescriptorLimitTests {
    @Test func `The limit is raised as far as the system allows`() throws {
        let raised = try #require(DescriptorLimit.raise())
        #expect(ProcessFacts.current?.descriptorLimit == Int64(raised))
        #expect(DescriptorLimit.raise() == raised)
    }
}
