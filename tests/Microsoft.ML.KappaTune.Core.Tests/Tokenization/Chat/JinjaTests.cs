using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>
/// Templates are written for Python's Jinja: the expected texts are those that Jinja 3.1.6 gives, set up as transformers does.
/// </summary>
public sealed class JinjaTests
{
    private const string Variables =
        """
        {"n": null, "f": 1.0, "h": 1e-7, "t": true, "s": "it's 🙂 é\u200b\u0001", "q": "it's \"x\"", "l": [3, 1, 2],
         "d": {"b": 1, "a": [1, 2.5, null, {"x": "y"}], "10": 1, "2": 2}, "rows": [{"k": "a", "v": 1}, {"k": "b"}], "names": ["bob", "Al"]}
        """;

    [Theory]
    [InlineData("{{ n }}|{{ missing }}|{{ f }}|{{ h }}|{{ t }}", "None||1.0|1e-07|True")]
    [InlineData("{{ [s, q] }}", "[\"it's 🙂 é\\u200b\\x01\", 'it\\'s \"x\"']")]
    [InlineData("{{ d }} {{ (1, 2) }} {{ [missing] }}", "{'b': 1, 'a': [1, 2.5, None, {'x': 'y'}], '10': 1, '2': 2} (1, 2) [Undefined]")]
    [InlineData("{{ d | tojson }} {{ f | tojson }}", """{"b": 1, "a": [1, 2.5, null, {"x": "y"}], "10": 1, "2": 2} 1.0""")]
    [InlineData("{{ 'é\\x7f<' | tojson }} {{ 'é' | tojson(ensure_ascii=true) }}", "\"é\x7f<\" \"\\u00e9\"")]
    [InlineData("{{ 10000000000000000.0 }} {{ 0.00001 }} {{ 100000 * 1.0 }} {{ 123456789012 * 10 }}", "1e+16 1e-05 100000.0 1234567890120")]
    [InlineData("{{ 1 == 1.0 }} {{ '1' == 1 }} {{ n == missing }} {{ [1] == [1.0] }} {{ {'a': 1} == {'a': 1} }} "
        + "{{ true == 1 }} {{ (1,2) == [1,2] }}",
        "True False False True True True False")]
    [InlineData("{{ 'ab' * 3 }} {{ [1] * 2 }} {{ 2 * 'x' }} {{ -7 % 3 }} {{ 7 % -3 }} {{ -7 // 2 }} {{ 7.5 % 2 }} {{ 6 / 3 }}",
        "ababab [1, 1] xx 2 -2 -4 1.5 2.0")]
    [InlineData("{{ 1 ~ 2 ~ n ~ missing ~ t }}", "12NoneTrue")]
    [InlineData("{{ 'a' in 'abc' }} {{ 1 in l }} {{ '1' in l }} {{ 'b' in d }} {{ none in [none] }} {{ 'x' in missing }}",
        "True True False True True False")]
    [InlineData("{{ n.x }}|{{ d.zz }}|{{ '🙂é'[0] }}{{ '🙂é'[-1] }}|{{ 'abc'[9] }}|{{ 'abc'[:2] }}|{{ l[::-1] }}", "||🙂é||ab|[2, 1, 3]")]
    [InlineData(
        "{{ '\\n\\n x \\n'.strip('\\n') }}|{{ 'xxhix'.strip('x') }}|{{ '..a.'.lstrip('.') }}|{{ 'a. .'.rstrip('.') }}", " x |hi|a.|a. ")]
    [InlineData("{{ 'heLLo'.capitalize() }} {{ 'heLLo' | capitalize }} {{ 'heLLo-foo (bar)' | title }} {{ 5 | string + 'x' }}",
        "Hello Hello Hello-Foo (Bar) 5x")]
    [InlineData("{{ s | length }} {{ l | length }} {{ d | length }} {{ d | list }} {{ 'abc' | list }} "
        + "{{ l | first }} {{ l | last }} {{ [] | first }}.",
        "10 3 4 ['b', 'a', '10', '2'] ['a', 'b', 'c'] 3 2 .")]
    [InlineData("{{ missing | trim }}|{{ l | trim }}|{{ n | upper }}|{{ l | replace('3', 'x') }}|{{ 'xax' | trim('x') }}",
        "|[3, 1, 2]|NONE|[x, 1, 2]|a")]
    [InlineData("{{ [1, n, t, 'a'] | join }} {{ rows | map(attribute='k') | join(', ') }} {{ rows | join('|', attribute='k') }}",
        "1NoneTruea a, b a|b")]
    [InlineData("{{ names | map('upper') | list }} {{ [' a ', 'b '] | map('trim') | join }} "
        + "{{ l | select('odd') | list }} {{ l | reject('odd') | list }}",
        "['BOB', 'AL'] ab [3, 1] [2]")]
    [InlineData("{{ rows | selectattr('v') | list | length }} {{ rows | selectattr('v', 'defined') | list | length }} "
        + "{{ rows | rejectattr('k', 'in', ['a']) | map(attribute='k') | list }} {{ rows | selectattr('k', 'ne', 'a') | list | length }}",
        "1 1 ['b'] 1")]
    [InlineData(
        "{% for c in 'ab' %}{{ c }},{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for x in missing %}x{% else %}none{% endfor %}",
        "a,b,ba102none")]
    [InlineData("{% for x in l %}a{% if x == 1 %}{% continue %}{% endif %}b{% if x == 2 %}{% break %}{% endif %}c{% endfor %}", "abcaab")]
    [InlineData("{% for x in l %}{% if loop.first %}{% set y = 1 %}{% endif %}[{{ y }}]{% endfor %}{{ y }}", "[1][][]")]
    [InlineData("{% set z = 1 %}{% for x in l %}{% set z = x %}{{ z }}{% endfor %}{{ z }}", "3121")]
    [InlineData("{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.revindex }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}",
        "a31;b232;a11;")]
    [InlineData("{% macro m(a) %}{{ a }}{{ outer }}{% endmacro %}{% for outer in [1, 2] %}{{ m(outer) }};{% endfor %}", "1;2;")]
    [InlineData("{% macro m(a, b='x') %}{{ a }}{{ b }}{{ later }}{% endmacro %}{% set later = 'L' %}{{ m(1) }}{{ m(a=2, b=3) }}", "1xL23L")]
    [InlineData("{% macro w() %}<{{ caller() }}>{% endmacro %}{% call w() %}in{% endcall %}", "<in>")]
    [InlineData("{{ d is iterable }} {{ 'a' is iterable }} {{ missing is defined }} {{ n is none }} {{ t is number }} {{ l is sequence }}",
        "True True False True True True")]
    [InlineData("  {% if true %}  \r\n x\r\n  {% endif %}\r\ny\r\n", "  \n x\ny")]
    public void Values_print_compare_and_loop_as_in_Python(string template, string expected) =>
        Assert.Equal(expected, Chats.Render(template, Variables));

    [Theory]
    [InlineData("{{ 1 / 0 }}")]
    [InlineData("{{ 1 % 0 }}")]
    [InlineData("{{ 1 + 'a' }}")]
    [InlineData("{{ 'a' + 1 }}")]
    [InlineData("{{ missing + 'a' }}")]
    [InlineData("{{ missing.x }}")]
    [InlineData("{{ d.zz.y }}")]
    [InlineData("{{ missing | tojson }}")]
    [InlineData("{% for x in n %}{% endfor %}")]
    [InlineData("{{ l | no_such_filter }}")]
    [InlineData("{{ l | select('no_such_test') | list }}")]
    public void What_fails_in_Python_fails(string template)
    {
        var fault = Assert.Throws<ChatTemplateException>(() => Chats.Render(template, Variables));
        Assert.Equal("chat_template.jinja", fault.Template);
        Assert.Contains("rendering failed", fault.Message);
    }

    [Fact]
    public void Time_is_written_as_Python_does()
    {
        var clock = new FixedClock(new DateTimeOffset(2026, 3, 5, 14, 7, 9, TimeSpan.Zero));
        ChatText text = Chats.Template("{{ strftime_now('%d %b %Y|%A %-d %B, %I:%M %p|%y-%m-%dT%H:%M:%S|%j%%') }}")
            .Render([], new ChatRendering { Clock = clock });
        Assert.Equal("05 Mar 2026|Thursday 5 March, 02:07 PM|26-03-05T14:07:09|064%", text.Text);
        Assert.Throws<ChatTemplateException>(() => Chats.Render("{{ strftime_now('%Q') }}"));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
