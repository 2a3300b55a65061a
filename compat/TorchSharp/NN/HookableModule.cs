namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module that calls hooks before and after its forward pass, in the order they were registered.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private static long _lastKey;

            /// <summary>Hooks called before, which may replace the inputs.</summary>
            protected Dictionary<string, TPreHook> pre_hooks = [];

            /// <summary>Hooks called after, which may replace the result.</summary>
            protected Dictionary<string, TPostHook> post_hooks = [];

            /// <summary>Hooks called before, with the module alone.</summary>
            protected Dictionary<string, Action<Module>> module_pre_hooks = [];

            /// <summary>Hooks called after, with the module alone.</summary>
            protected Dictionary<string, Action<Module>> module_post_hooks = [];

            /// <summary>A module with the given name.</summary>
            protected HookableModule(string name) : base(name)
            {
            }

            /// <summary>Calls <paramref name="hook"/> after every forward pass; what it returns, unless null, is the result.</summary>
            public HookRemover register_forward_hook(TPostHook hook) => Register(post_hooks, hook);

            /// <summary>Calls <paramref name="hook"/> after every forward pass.</summary>
            public HookRemover register_forward_hook(Action<Module> hook) => Register(module_post_hooks, hook);

            /// <summary>Calls <paramref name="hook"/> before every forward pass; what it returns, unless null, are the inputs.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook) => Register(pre_hooks, hook);

            /// <summary>Calls <paramref name="hook"/> before every forward pass.</summary>
            public HookRemover register_forward_pre_hook(Action<Module> hook) => Register(module_pre_hooks, hook);

            private protected bool HasHooks =>
                pre_hooks.Count + post_hooks.Count + module_pre_hooks.Count + module_post_hooks.Count > 0;

            // A copy, since a hook may remove itself.
            private protected TPreHook[] BeforeForward()
            {
                foreach (Action<Module> hook in module_pre_hooks.Values.ToArray())
                    hook(this);
                return [.. pre_hooks.Values];
            }

            private protected TPostHook[] AfterForward()
            {
                foreach (Action<Module> hook in module_post_hooks.Values.ToArray())
                    hook(this);
                return [.. post_hooks.Values];
            }

            private HookRemover Register<THook>(Dictionary<string, THook> hooks, THook hook)
            {
                string key = Interlocked.Increment(ref _lastKey).ToString();
                hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private void Remove(string key)
            {
                pre_hooks.Remove(key);
                post_hooks.Remove(key);
                module_pre_hooks.Remove(key);
                module_post_hooks.Remove(key);
            }

            /// <summary>Undoes the registration of a hook.</summary>
            public class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> _module;
                private readonly string _key;

                /// <summary>Undoes the registration under <paramref name="key"/>.</summary>
                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key) => (_module, _key) = (module, key);

                /// <summary>The hook is called no more.</summary>
                public void remove() => _module.Remove(_key);
            }
        }
    }
}
