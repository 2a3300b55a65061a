// Jinja's statements: where their scopes and texts differ from the interpreter's, and how a template is rendered.

/** Statements give null; an expression that is null prints None. */
const silent = new Set(["Set", "Macro", "Comment"]);

// What an iteration wrote before a break or continue counts.
Interpreter.prototype.evaluateBlock = function (statements, environment) {
    let text = "";
    try {
        for (const statement of statements) {
            const value = this.evaluate(statement, environment);
            if (!silent.has(statement.type))
                text = concatenate(text, textOf(value));
        }
    } catch (control) {
        if (control instanceof BreakControl || control instanceof ContinueControl)
            control.text = concatenate(text, control.text ?? "");
        throw control;
    }

    return new StringValue(text);
};

function assign(target, value, scope) {
    if (target.type === "Identifier") {
        scope.setVariable(target.value, value);
        return;
    }

    const items = itemsOf(value);
    if (target.type !== "TupleLiteral" || items.length !== target.value.length)
        throw new TypeError("the items of a loop don't fit its variables");
    target.value.forEach((part, i) => assign(part, items[i], scope));
}

function loopAt(items, i) {
    return new ObjectValue(new Map([
        ["index", new IntegerValue(i + 1)],
        ["index0", new IntegerValue(i)],
        ["revindex", new IntegerValue(items.length - i)],
        ["revindex0", new IntegerValue(items.length - i - 1)],
        ["first", new BooleanValue(i === 0)],
        ["last", new BooleanValue(i === items.length - 1)],
        ["length", new IntegerValue(items.length)],
        ["previtem", items[i - 1] ?? new UndefinedValue()],
        ["nextitem", items[i + 1] ?? new UndefinedValue()],
        ["cycle", new FunctionValue(values => values[i % values.length])],
    ]));
}

// Each iteration has a scope of its own: what is set in one isn't there in the next.
Interpreter.prototype.evaluateFor = function (node, environment) {
    const condition = node.iterable.type === "SelectExpression" ? node.iterable.test : undefined;
    const bind = item => {
        const scope = new Environment(environment);
        assign(node.loopvar, item, scope);
        return scope;
    };
    let items = itemsOf(this.evaluate(condition ? node.iterable.lhs : node.iterable, environment));
    if (condition)
        items = items.filter(item => isTrue(this.evaluate(condition, bind(item))));
    let text = "", isDone = false;
    for (let i = 0; i < items.length; i++) {
        const scope = bind(items[i]);
        scope.setVariable("loop", loopAt(items, i));
        try {
            text = concatenate(text, this.evaluateBlock(node.body, scope).value);
            isDone = true;
        } catch (control) {
            if (!(control instanceof BreakControl || control instanceof ContinueControl))
                throw control;
            text = concatenate(text, control.text);
            if (control instanceof BreakControl)
                break;
        }
    }

    // As in Python's Jinja, an iteration that is left early doesn't count against else.
    return isDone ? new StringValue(text) : new StringValue(concatenate(text, this.evaluateBlock(node.defaultBlock, environment).value));
};

// A macro sees the variables of the place where it is written, not those of its callers.
Interpreter.prototype.evaluateMacro = (inherited => function (node, environment) {
    const result = inherited.call(this, node, environment);
    const macro = environment.variables.get(node.name.value).value;
    environment.setVariable(node.name.value, new FunctionValue((args, caller) => {
        const scope = new Environment(environment);
        if (caller.variables.has("caller"))
            scope.setVariable("caller", caller.variables.get("caller"));
        return macro(args, scope);
    }));
    return result;
})(Interpreter.prototype.evaluateMacro);

/** What a template says through raise_exception. */
class Refusal extends Error {
    name = "Refusal";
}

let program;

/** Reads the template that this engine renders. */
function readTemplate(source) {
    const lines = source.replace(/\r\n?/g, "\n");
    // The interpreter deletes these two tags; as a filter's, with the same control of white space, they can be followed.
    const followed = lines.replace(/\{%(-?)\s*(end)?generation\s*(-?)%\}/g,
        (_, left, end, right) => `{%${left} ${end ? "endfilter" : "filter generation"} ${right}%}`);
    program = parse(tokenize(followed, { lstrip_blocks: true, trim_blocks: true }));
}

/** Renders it with variables as JinjaValues.cs writes them; the marks are one character each. */
function renderTemplate(variables, markCharacters, formatNow) {
    marks = markCharacters;
    const environment = new Environment();
    setupGlobals(environment);
    environment.setVariable("raise_exception", new FunctionValue(([reason]) => {
        throw new Refusal(reason === undefined ? "" : textOf(reason));
    }));
    environment.setVariable("strftime_now", new FunctionValue(([format]) => new StringValue(formatNow(textOf(format)))));
    for (const [name, value] of JSON.parse(variables))
        environment.setVariable(name, fromCaller(value));
    return new Interpreter(environment).run(program).value;
}
