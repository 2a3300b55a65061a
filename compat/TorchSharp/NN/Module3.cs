namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What can be called with three inputs.</summary>
        public interface IModule<T1, T2, T3, TResult>
        {
            /// <summary>The module's result, hooks included.</summary>
            TResult call(T1 input1, T2 input2, T3 input3);
        }

        /// <summary>A module with three inputs. Derived classes implement <see cref="forward"/>; callers use <see cref="call"/>.</summary>
        public abstract class Module<T1, T2, T3, TResult>
            : HookableModule<Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?>, Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult>>, IModule<T1, T2, T3, TResult>
        {
            /// <summary>A module with the given name.</summary>
            protected Module(string name) : base(name)
            {
            }

            /// <summary>Computes the result.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            /// <summary>Computes the result with <see cref="forward"/>, between the hooks.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3)
            {
                if (!HasHooks)
                    return forward(input1, input2, input3);
                foreach (var hook in BeforeForward())
                    if (hook(this, input1, input2, input3) is { } changed)
                        (input1, input2, input3) = changed;
                TResult result = forward(input1, input2, input3);
                foreach (var hook in AfterForward())
                    if (hook(this, input1, input2, input3, result) is { } changed)
                        result = changed;
                return result;
            }
        }
    }
}
