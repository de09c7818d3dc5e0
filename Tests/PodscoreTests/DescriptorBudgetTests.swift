import Testing

@testable import podscore

struct DescriptorBudgetTests {
    @Test func `With enough descriptors there are as many connections as asked for`() {
        for limit in [nil, 1 << 20, 1024 + 128] {
            let budget = DescriptorBudget(limit: limit, maxConnections: 1024)
            #expect(budget.connections == 1024)
            #expect(budget.operationsConnections == 64)
            #expect(budget.warning == nil)
        }
    }

    @Test func `With fewer, files and probes keep theirs, and it is said`() {
        let budget = DescriptorBudget(limit: 1024, maxConnections: 1024)
        #expect(budget.connections == 896)
        #expect(budget.warning == "only 1024 files may be open: at most 896 connections are served, not --max-connections 1024")
        let small = DescriptorBudget(limit: 64, maxConnections: 1024)
        #expect(small.connections == 32)
        #expect(small.operationsConnections == 16)
        #expect(DescriptorBudget(limit: 0, maxConnections: 1).connections == 1)
    }
}
