import Testing

@testable import podscore

struct DescriptorBudgetTests {
    @Test func `Enough descriptors allow all requested connections`() {
        for limit in [nil, 1 << 20, 1024 + 128] {
            let budget = DescriptorBudget(limit: limit, maxConnections: 1024)
            #expect(budget.connections == 1024)
            #expect(budget.operationsConnections == 64)
            #expect(budget.warning == nil)
        }
    }

    @Test func `Too few descriptors limit the connections, with a warning, and leave files and probes theirs`() {
        let budget = DescriptorBudget(limit: 1024, maxConnections: 1024)
        #expect(budget.connections == 896)
        #expect(budget.warning == "only 1024 open files are allowed: serving at most 896 connections instead of --max-connections 1024")
        let small = DescriptorBudget(limit: 64, maxConnections: 1024)
        #expect(small.connections == 32)
        #expect(small.operationsConnections == 16)
        #expect(DescriptorBudget(limit: 0, maxConnections: 1).connections == 1)
    }
}
