// Templates are written for Python. @huggingface/jinja has JavaScript's values: printed, compared and repeated, they differ.
// This file gives them Python's ways; its names and those of the interpreter's classes are global to all of these scripts.

/** The most characters of a text; a hostile template can double one until the memory is full. */
const longestText = 1 << 24;

/** The characters that stand for themselves wherever a text is escaped: they mark places in it (see ChatMarks.cs). */
let marks = "";

function checkLength(length) {
    if (length > longestText)
        throw new RangeError(`a text of more than ${longestText} characters`);
}

function concatenate(left, right) {
    checkLength(left.length + right.length);
    return left + right;
}

/** Python's str(). An undefined value is no text. */
function textOf(value) {
    if (value instanceof StringValue)
        return value.value;
    return value instanceof UndefinedValue ? "" : literalOf(value);
}

/** Python's repr(). */
function literalOf(value) {
    if (value instanceof StringValue)
        return quoted(value.value);
    if (value instanceof FloatValue)
        return floatText(value.value);
    if (value instanceof IntegerValue)
        return BigInt(value.value).toString();
    if (value instanceof BooleanValue)
        return value.value ? "True" : "False";
    if (value instanceof NullValue)
        return "None";
    if (value instanceof UndefinedValue)
        return "Undefined";
    if (value instanceof TupleValue)
        return `(${listed(value.value, literalOf)}${value.value.length === 1 ? "," : ""})`;
    if (value instanceof ArrayValue)
        return `[${listed(value.value, literalOf)}]`;
    if (value instanceof ObjectValue)
        return `{${listed([...value.value], ([key, item]) => `${quoted(key)}: ${literalOf(item)}`)}}`;
    throw new TypeError(`a value of the kind ${value.type} can't be printed`);
}

function listed(items, toText) {
    let text = "";
    for (let i = 0; i < items.length; i++)
        text = concatenate(text, (i === 0 ? "" : ", ") + toText(items[i]));
    return text;
}

/** Python's repr() of a str: in double quotes only where it has single ones alone, and what isn't printable as a number. */
function quoted(text) {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const escapes = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: "\\" + quote };
    return quote + text.replace(/[^ -~]|\\|'|"/gu, c => escapes[c] ?? (isPrintable(c) ? c : numbered(c.codePointAt(0)))) + quote;
}

function isPrintable(character) {
    return marks.includes(character) || /^[ -~]$|^[^\p{C}\p{Z}]$/u.test(character);
}

function numbered(code) {
    const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return "\\" + letter + code.toString(16).padStart(digits, "0");
}

/** Python's repr() of a float: the fewest digits, with an exponent below 1e-4 and from 1e16 on. */
function floatText(number) {
    if (!Number.isFinite(number))
        return Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf";
    const [digits, exponent] = number.toExponential().split("e");
    const power = Number(exponent);
    if (power < -4 || power >= 16)
        return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    return Number.isInteger(number) ? (Object.is(number, -0) ? "-0.0" : number.toFixed(1)) : String(number);
}

const isNumber = value => value instanceof IntegerValue || value instanceof FloatValue || value instanceof BooleanValue;

/** Python's ==. */
function areEqual(left, right) {
    if (isNumber(left) && isNumber(right))
        return Number(left.value) === Number(right.value);
    if (left.type !== right.type)
        return false;
    if (left instanceof ArrayValue)
        return left.value.length === right.value.length && left.value.every((item, i) => areEqual(item, right.value[i]));
    if (left instanceof ObjectValue) {
        return left.value.size === right.value.size
            && [...left.value].every(([key, item]) => right.value.has(key) && areEqual(item, right.value.get(key)));
    }
    return left.value === right.value;
}

/** What a for loop, list and join go over: characters, keys, items; nothing for an undefined value. */
function itemsOf(value) {
    if (value instanceof ArrayValue)
        return value.value;
    if (value instanceof StringValue)
        return Array.from(value.value, c => new StringValue(c));
    if (value instanceof ObjectValue)
        return value.keys().value;
    if (value instanceof UndefinedValue)
        return [];
    throw new TypeError(`a value of the kind ${value.type} has no items`);
}

/** A value as JinjaValues.cs wrote it: ["float", 1.0], ["list", [...]], ["object", [[name, value], ...]], and others as they are. */
function fromCaller(value) {
    if (!Array.isArray(value))
        return value === null ? new NullValue() : typeof value === "string" ? new StringValue(value)
            : typeof value === "boolean" ? new BooleanValue(value) : new IntegerValue(value);
    const [kind, content] = value;
    if (kind === "float")
        return new FloatValue(content);
    if (kind === "list")
        return new ArrayValue(content.map(fromCaller));
    return new ObjectValue(new Map(content.map(([name, item]) => [name, fromCaller(item)])));
}

RuntimeValue.prototype.toString = ArrayValue.prototype.toString = ObjectValue.prototype.toString
    = FloatValue.prototype.toString = function () { return textOf(this); };

// JSON as Python writes it: 1.0 keeps its point, a tuple is a list, and what isn't defined is an error, not null.
toJSON = (inherited => (value, options = {}, depth = 0, ...rest) => {
    if (value instanceof UndefinedValue)
        throw new TypeError("an undefined value has no JSON");
    if (value instanceof FloatValue && Number.isFinite(value.value))
        return floatText(value.value);
    return inherited(value instanceof TupleValue ? new ArrayValue(value.value) : value, options, depth, ...rest);
})(toJSON);

makeAsciiSafe = text => text.replace(/[\x7f-\uffff]/g, c => marks.includes(c) ? c : numbered(c.charCodeAt(0)).replace("\\x", "\\u00"));

// These of JavaScript's can make much of little in one call, which no limit on time or memory interrupts.
String.prototype.repeat = (inherited => function (count) {
    checkLength(this.length * count);
    return inherited.call(this, count);
})(String.prototype.repeat);

Array.prototype.join = (inherited => function (separator = ",") {
    let length = 0;
    for (const item of this)
        checkLength(length += String(separator).length + (typeof item === "string" ? item.length : 0));
    return inherited.call(this, separator);
})(Array.prototype.join);
