// Jinja's filters and tests for Python's values; the others are the interpreter's own.

const isTrue = value => value.__bool__().value;

/** Filters that make a text of whatever they are given. */
const textFilters = {
    string: text => text,
    trim: (text, [characters]) => stripped(text, characters, true, true),
    upper: text => text.toUpperCase(),
    lower: text => text.toLowerCase(),
    capitalize: text => capitalized(text),
    title: text => text.replace(/([^-\s({[<]+)/g, capitalized),
    // What {% generation %} stands for: what is inside it lies between two marks.
    generation: text => concatenate(concatenate(marks[0], text), marks[1]),
};

/** An item's member by its path, such as function.name or 0. */
const memberOf = (item, path) => getAttributeValue(item, textOf(path));

/** The test of selectattr, select and their likes: its name and argument, or whether a value is true. */
const testOf = (environment, [name, argument]) => {
    if (name === undefined)
        return isTrue;
    const test = environment.tests.get(textOf(name));
    if (!test)
        throw new SyntaxError(`a test "${textOf(name)}" isn't known`);
    return value => test(value, argument);
};

const filters = {
    count: value => filters.length(value),
    length: value => new IntegerValue(value instanceof StringValue ? Array.from(value.value).length : itemsOf(value).length),
    list: value => new ArrayValue(itemsOf(value)),
    first: value => itemsOf(value)[0] ?? new UndefinedValue(),
    last: value => itemsOf(value).at(-1) ?? new UndefinedValue(),
    join: (value, [separator, attribute], named) => {
        const path = attribute ?? named.get("attribute");
        const items = itemsOf(value).map(item => textOf(path === undefined ? item : memberOf(item, path)));
        return new StringValue(items.join(textOf(separator ?? named.get("d") ?? new StringValue(""))));
    },
    select: (value, args, named, environment) => new ArrayValue(itemsOf(value).filter(testOf(environment, args))),
    reject: (value, args, named, environment) => {
        const test = testOf(environment, args);
        return new ArrayValue(itemsOf(value).filter(item => !test(item)));
    },
    selectattr: (value, [path, ...args], named, environment) => {
        const test = testOf(environment, args);
        return new ArrayValue(itemsOf(value).filter(item => test(memberOf(item, path))));
    },
    rejectattr: (value, [path, ...args], named, environment) => {
        const test = testOf(environment, args);
        return new ArrayValue(itemsOf(value).filter(item => !test(memberOf(item, path))));
    },
    map: function (value, [name, ...args], named, environment) {
        const path = named.get("attribute");
        if (path === undefined && name === undefined)
            throw new SyntaxError("map has neither an attribute nor a filter");
        return new ArrayValue(itemsOf(value).map(item => {
            if (path === undefined)
                return this.applyFilter(item, filterNode(textOf(name), args), environmentOf(args, environment));
            const member = memberOf(item, path);
            return member instanceof UndefinedValue ? named.get("default") ?? member : member;
        }));
    },
};

const argumentName = i => `\0argument${i}`;
const filterNode = (name, args) => {
    const identifier = { type: "Identifier", value: name };
    const given = args.map((_, i) => ({ type: "Identifier", value: argumentName(i) }));
    return args.length === 0 ? identifier : { type: "CallExpression", callee: identifier, args: given };
};

function environmentOf(args, environment) {
    const scope = new Environment(environment);
    args.forEach((value, i) => scope.setVariable(argumentName(i), value));
    return scope;
}

Interpreter.prototype.applyFilter = (inherited => function (value, node, environment) {
    const isCall = node.type === "CallExpression", name = isCall ? node.callee.value : node.value;
    const isOfText = Object.hasOwn(textFilters, name);
    if (!isOfText && !Object.hasOwn(filters, name))
        return inherited.call(this, name === "replace" ? new StringValue(textOf(value)) : value, node, environment);
    const [args, named] = isCall ? this.evaluateArguments(node.args, environment) : [[], new Map()];
    return isOfText
        ? new StringValue(textFilters[name](textOf(value), args))
        : filters[name].call(this, value, args, named, environment);
})(Interpreter.prototype.applyFilter);

const isIterable = value => value instanceof ArrayValue || value instanceof StringValue || value instanceof ObjectValue;

for (const [name, test] of Object.entries({
    iterable: value => isIterable(value) || value instanceof UndefinedValue,
    sequence: value => isIterable(value) || value instanceof UndefinedValue,
    number: isNumber,
    eq: areEqual,
    equalto: areEqual,
    "==": areEqual,
    ne: (value, other) => !areEqual(value, other),
    "!=": (value, other) => !areEqual(value, other),
    in: (value, other) => contains(other, value),
}))
    Environment.TESTS.set(name, test);
