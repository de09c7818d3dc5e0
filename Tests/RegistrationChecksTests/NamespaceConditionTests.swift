import Testing

@testable import RegistrationChecks

@Suite struct NamespaceConditionTests {
    @Test(arguments: [
        ("true", "a"),
        ("!false", "a"),
        ("request.namespace == 'a'", "a"),
        ("request.namespace != \"a\"", "b"),
        ("request.namespace in ['a', 'b']", "b"),
        ("!(request.namespace in [])", "b"),
        ("request.namespace.startsWith('pay-')", "pay-1"),
        ("request.namespace.endsWith('-x')", "pay-x"),
        ("request.namespace.contains('y-')", "pay-x"),
        ("request.namespace.matches('^(pay-.*|shop)$')", "shop"),
        ("request.namespace.matches('^(?:pay-.*-x|shop)$')", "pay-1-x"),
        ("request.namespace.matches('^pay|op$')", "payments"),
        ("request.namespace.matches('ay')", "payments"),
        ("request.namespace.matches('.*')", "a"),
        ("request.namespace == 'a' || request.namespace == 'b' && false", "a"),
        ("(request.namespace == 'a' || request.namespace == 'b') && true", "b"),
        ("request.namespace in ['a'] ? true :\n  request.namespace in ['b'] ? false :\n  request.namespace.startsWith('b')", "b1"),
        ("request.namespace == 'a' ? request.namespace == 'b' : true", "b"),
    ])
    func `A condition on names holds where it holds in CEL`(expression: String, namespace: String) throws {
        let condition = try #require(NamespaceCondition(parsing: expression))
        #expect(condition.holds(in: namespace))
        let negation = try #require(NamespaceCondition(parsing: "!(\n\(expression)\n)"))
        #expect(!negation.holds(in: namespace))
    }

    @Test(arguments: [
        ("request.namespace in ['a', 'b']", "ab"),
        ("request.namespace.startsWith('pay-')", "pay"),
        ("request.namespace.matches('^(pay-.*|shop)$')", "shops"),
        ("request.namespace.matches('^(a.*a)$')", "a"),
        ("request.namespace.matches('^(a.*bc.*bc)$')", "a-bc"),
        ("request.namespace in ['b'] ? false : request.namespace.startsWith('b')", "b"),
        ("request.namespace == 'a' && true || false", "b"),
    ])
    func `A condition on names does not hold elsewhere`(expression: String, namespace: String) throws {
        #expect(try !#require(NamespaceCondition(parsing: expression)).holds(in: namespace))
    }

    @Test(arguments: [
        "", "(", "true true", "request.namespace", "request.namespace ==", "request.name == 'a'", "object.metadata.name == 'a'",
        "request.namespace == 'a' || request.userInfo.username == 'b'", "request.namespace == 'a", "request.namespace == 'a\\'b'",
        "request.namespace in ['a*']", "request.namespace.matches('^[a-z]+$')", "request.namespace.matches('ab*')",
        "request.namespace.matches('^(a|(b))$')", "request.namespace.size() > 3", "true ? false", "request.namespace in ['a' 'b']",
        "true; false",
        String(repeating: "(", count: 100_000) + "true", String(repeating: "true ? true : ", count: 10_000) + "true",
    ])
    func `Any other expression is not read`(expression: String) {
        #expect(NamespaceCondition(parsing: expression) == nil)
    }
}
