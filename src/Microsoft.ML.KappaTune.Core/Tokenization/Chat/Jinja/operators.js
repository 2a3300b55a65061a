// Python's operators, members and methods of strings, where the interpreter's differ.

/** Calls an inherited evaluation with values in place of the expressions that were evaluated already. */
function evaluateWith(interpreter, inherited, node, values, environment) {
    const scope = new Environment(environment), replaced = { ...node };
    for (const [part, value] of Object.entries(values)) {
        scope.setVariable(`\0${part}`, value);
        replaced[part] = { type: "Identifier", value: `\0${part}` };
    }
    return inherited.call(interpreter, replaced, scope);
}

const times = (item, count) => {
    const number = Math.max(0, Number(count.value));
    if (item instanceof StringValue)
        return new StringValue(item.value.repeat(number));
    checkLength(item.value.length * number);
    return new ArrayValue(Array.from({ length: number }, () => item.value).flat());
};

const isRepeatable = (item, count) =>
    (item instanceof StringValue || item instanceof ArrayValue) && (count instanceof IntegerValue || count instanceof BooleanValue);

const contains = (container, item) => {
    if (container instanceof ArrayValue)
        return container.value.some(member => areEqual(member, item));
    if (container instanceof ObjectValue)
        return item instanceof StringValue && container.value.has(item.value);
    if (container instanceof UndefinedValue)
        return false;
    if (container instanceof StringValue && item instanceof StringValue)
        return container.value.includes(item.value);
    throw new TypeError(`in takes no ${item.type} and ${container.type}`);
};

/** By operator; where one gives nothing the interpreter's own counts. */
const operators = {
    "==": (left, right) => new BooleanValue(areEqual(left, right)),
    "!=": (left, right) => new BooleanValue(!areEqual(left, right)),
    "in": (left, right) => new BooleanValue(contains(right, left)),
    "not in": (left, right) => new BooleanValue(!contains(right, left)),
    "~": (left, right) => new StringValue(concatenate(textOf(left), textOf(right))),
    "+": (left, right) => {
        const isText = left instanceof StringValue;
        if (isText !== right instanceof StringValue)
            throw new TypeError(`+ takes no ${left.type} and ${right.type}`);
        return isText ? new StringValue(concatenate(left.value, right.value)) : undefined;
    },
    "*": (left, right) =>
        isRepeatable(left, right) ? times(left, right) : isRepeatable(right, left) ? times(right, left) : undefined,
    "/": (left, right) => requireDivisor(right),
    "//": (left, right) => requireDivisor(right),
    "%": (left, right) => {
        requireDivisor(right);
        if (!isNumber(left) || !isNumber(right))
            return undefined;
        // The remainder has the sign of the divisor.
        const divisor = Number(right.value), rest = ((Number(left.value) % divisor) + divisor) % divisor;
        return left instanceof FloatValue || right instanceof FloatValue ? new FloatValue(rest) : new IntegerValue(rest);
    },
};

function requireDivisor(value) {
    if (isNumber(value) && Number(value.value) === 0)
        throw new RangeError("a division by zero");
}

Interpreter.prototype.evaluateBinaryExpression = (inherited => function (node, environment) {
    const own = Object.hasOwn(operators, node.operator.value) ? operators[node.operator.value] : undefined;
    if (own === undefined)
        return inherited.call(this, node, environment);
    const left = this.evaluate(node.left, environment), right = this.evaluate(node.right, environment);
    return own(left, right) ?? evaluateWith(this, inherited, node, { left, right }, environment);
})(Interpreter.prototype.evaluateBinaryExpression);

// A member of what isn't defined is an error; of a string it is a character, not half of one.
Interpreter.prototype.evaluateMemberExpression = (inherited => function (node, environment) {
    const object = this.evaluate(node.object, environment);
    if (object instanceof UndefinedValue) {
        const member = node.computed ? "an item" : `"${node.property.value}"`;
        throw new TypeError(`it asks for ${member} of what isn't defined`);
    }

    if (!node.computed || node.property.type === "SliceExpression")
        return evaluateWith(this, inherited, node, { object }, environment);
    const property = this.evaluate(node.property, environment);
    if (object instanceof StringValue && property instanceof IntegerValue)
        return itemsOf(object).at(property.value) ?? new UndefinedValue();
    if (object instanceof ObjectValue && !(property instanceof StringValue))
        return new UndefinedValue();
    return evaluateWith(this, inherited, node, { object, property }, environment);
})(Interpreter.prototype.evaluateMemberExpression);

const pythonSpace = "\t\n\v\f\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/** Python's strip(), lstrip() and rstrip(): of given characters, or of white space. */
function stripped(text, characters, left, right) {
    const isStripped = characters instanceof StringValue
        ? c => characters.value.includes(c)
        : c => new RegExp(`^[${pythonSpace}]$`).test(c);
    let start = 0, end = text.length;
    while (left && start < end && isStripped(text[start]))
        start++;
    while (right && start < end && isStripped(text[end - 1]))
        end--;
    return text.slice(start, end);
}

const capitalized = text => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

const inheritedMethods = Object.getOwnPropertyDescriptor(StringValue.prototype, "builtins").get;

Object.defineProperty(StringValue.prototype, "builtins", {
    get() {
        const text = this.value, methods = inheritedMethods.call(this);
        const method = (name, make) => methods.set(name, new FunctionValue(args => new StringValue(make(args))));
        method("strip", ([characters]) => stripped(text, characters, true, true));
        method("lstrip", ([characters]) => stripped(text, characters, true, false));
        method("rstrip", ([characters]) => stripped(text, characters, false, true));
        method("capitalize", () => capitalized(text));
        return methods;
    },
});
