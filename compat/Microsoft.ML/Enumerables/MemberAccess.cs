using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Compiled reads and writes of members of row classes: as fast as code, made once a member.</summary>
internal static class MemberAccess
{
    private static readonly ConcurrentDictionary<(Type, MemberInfo), Delegate> Readers = new();
    private static readonly ConcurrentDictionary<(Type, MemberInfo), Delegate> Writers = new();

    /// <summary>Reads a member of type <typeparamref name="TValue"/>.</summary>
    public static Func<TRow, TValue> Reader<TRow, TValue>(MemberInfo member) =>
        (Func<TRow, TValue>)Readers.GetOrAdd((typeof(TRow), member), static key =>
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, key.Item2), row).Compile();
    });

    /// <summary>Writes a member of type <typeparamref name="TValue"/>.</summary>
    public static Action<TRow, TValue> Writer<TRow, TValue>(MemberInfo member) =>
        (Action<TRow, TValue>)Writers.GetOrAdd((typeof(TRow), member), static key =>
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(
            Expression.Assign(Expression.MakeMemberAccess(row, key.Item2), value), row, value).Compile();
    });
}
